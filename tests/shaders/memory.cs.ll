; Thread T of 24 writes to dwords 24 T … of a raw buffer (u1):
;    0 private[T * 3 & 7], of an array with 10 T + i in place i
;    1 private[2], after threads with odd T have put 1000 + T into place T & 7
;    2 a private scalar: 5, but 77 where T is odd
;    3 private[100 + T]: whatever, but no crash
;    4 table[T], 0 beyond 5
;    5 table[3]
;    6 b0, row T, y: 0 beyond 4 rows
;    7 b0, row 3, w
;    8 b0, row 4, x: beyond its end
;    9 root constants b1, row 1, y
;   10 root constants b1, row 1, z: beyond 6 dwords
;   11 root constants b1, row T, x
;   12 root CBV b2, row T, x
;   13 b0, row 0x10000000 + T: far beyond
;   14 structure T of t0 (5 of 12 bytes), third dword: 0 beyond
;   15 structure 2 of t0, dword at byte 4
;   16 structure -1 of t0
;   17 t0: structures
;   18 u0: bytes
;   19 t1, level 1: width
;   20 t1: layers
;   21 t1: levels
target datalayout = "e-m:e-p:32:32-i1:32-i8:32-i16:32-i32:32-i64:64-f16:32-f32:32-f64:64-n8:16:32:64"
target triple = "dxil-ms-dx"

%dx.types.Handle = type { i8* }
%dx.types.ResRet.i32 = type { i32, i32, i32, i32, i32 }
%dx.types.CBufRet.i32 = type { i32, i32, i32, i32 }
%dx.types.Dimensions = type { i32, i32, i32, i32 }
%raw = type { i32 }
%structured = type { [3 x i32] }
%constants = type { [64 x i32] }
%texture = type { <4 x float> }

@table = internal unnamed_addr constant [5 x float] [float 1.0, float 2.5, float -3.0, float 4.0, float 5.0], align 4

define void @main() {
entry:
  %u0 = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 1, i32 0, i32 0, i1 false)
  %u1 = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 1, i32 1, i32 1, i1 false)
  %t = call i32 @dx.op.threadId.i32(i32 93, i32 0)
  %b0 = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 2, i32 0, i32 0, i1 false)
  %b1 = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 2, i32 1, i32 1, i1 false)
  %b2 = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 2, i32 2, i32 2, i1 false)
  %t0 = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 0, i32 0, i32 0, i1 false)
  %t1 = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 0, i32 1, i32 1, i1 false)
  %far = add i32 %t, 268435456
  %array = alloca [8 x i32], align 4
  %scalar = alloca i32, align 4
  store i32 5, i32* %scalar, align 4
  %t10 = mul i32 %t, 10
  br label %fill

fill:
  %i = phi i32 [ 0, %entry ], [ %i1, %fill ]
  %fill.at = getelementptr [8 x i32], [8 x i32]* %array, i32 0, i32 %i
  %fill.with = add i32 %t10, %i
  store i32 %fill.with, i32* %fill.at, align 4
  %i1 = add i32 %i, 1
  %more = icmp ult i32 %i1, 8
  br i1 %more, label %fill, label %filled

filled:
  %base = mul i32 %t, 96
  %p0 = mul i32 %t, 3
  %q0 = and i32 %p0, 7
  %g0 = getelementptr [8 x i32], [8 x i32]* %array, i32 0, i32 %q0
  %r0 = load i32, i32* %g0, align 4
  %o0 = add i32 %base, 0
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o0, i32 undef, i32 %r0, i32 undef, i32 undef, i32 undef, i8 1)
  %odd = and i32 %t, 1
  %is.odd = icmp ne i32 %odd, 0
  br i1 %is.odd, label %put, label %after

put:
  %where = and i32 %t, 7
  %put.at = getelementptr [8 x i32], [8 x i32]* %array, i32 0, i32 %where
  %what = add i32 %t, 1000
  store i32 %what, i32* %put.at, align 4
  store i32 77, i32* %scalar, align 4
  br label %after

after:
  %g1 = getelementptr [8 x i32], [8 x i32]* %array, i32 0, i32 2
  %r1 = load i32, i32* %g1, align 4
  %o1 = add i32 %base, 4
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o1, i32 undef, i32 %r1, i32 undef, i32 undef, i32 undef, i8 1)
  %r2 = load i32, i32* %scalar, align 4
  %o2 = add i32 %base, 8
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o2, i32 undef, i32 %r2, i32 undef, i32 undef, i32 undef, i8 1)
  %i3 = add i32 %t, 100
  %g3 = getelementptr [8 x i32], [8 x i32]* %array, i32 0, i32 %i3
  %r3 = load i32, i32* %g3, align 4
  %o3 = add i32 %base, 12
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o3, i32 undef, i32 %r3, i32 undef, i32 undef, i32 undef, i8 1)
  %g4 = getelementptr [5 x float], [5 x float]* @table, i32 0, i32 %t
  %r4 = load float, float* %g4, align 4
  %i4 = bitcast float %r4 to i32
  %o4 = add i32 %base, 16
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o4, i32 undef, i32 %i4, i32 undef, i32 undef, i32 undef, i8 1)
  %r5 = load float, float* getelementptr ([5 x float], [5 x float]* @table, i32 0, i32 3), align 4
  %i5 = bitcast float %r5 to i32
  %o5 = add i32 %base, 20
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o5, i32 undef, i32 %i5, i32 undef, i32 undef, i32 undef, i8 1)
  %c6 = call %dx.types.CBufRet.i32 @dx.op.cbufferLoadLegacy.i32(i32 59, %dx.types.Handle %b0, i32 %t)
  %r6 = extractvalue %dx.types.CBufRet.i32 %c6, 1
  %o6 = add i32 %base, 24
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o6, i32 undef, i32 %r6, i32 undef, i32 undef, i32 undef, i8 1)
  %c7 = call %dx.types.CBufRet.i32 @dx.op.cbufferLoadLegacy.i32(i32 59, %dx.types.Handle %b0, i32 3)
  %r7 = extractvalue %dx.types.CBufRet.i32 %c7, 3
  %o7 = add i32 %base, 28
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o7, i32 undef, i32 %r7, i32 undef, i32 undef, i32 undef, i8 1)
  %c8 = call %dx.types.CBufRet.i32 @dx.op.cbufferLoadLegacy.i32(i32 59, %dx.types.Handle %b0, i32 4)
  %r8 = extractvalue %dx.types.CBufRet.i32 %c8, 0
  %o8 = add i32 %base, 32
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o8, i32 undef, i32 %r8, i32 undef, i32 undef, i32 undef, i8 1)
  %c9 = call %dx.types.CBufRet.i32 @dx.op.cbufferLoadLegacy.i32(i32 59, %dx.types.Handle %b1, i32 1)
  %r9 = extractvalue %dx.types.CBufRet.i32 %c9, 1
  %o9 = add i32 %base, 36
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o9, i32 undef, i32 %r9, i32 undef, i32 undef, i32 undef, i8 1)
  %c10 = call %dx.types.CBufRet.i32 @dx.op.cbufferLoadLegacy.i32(i32 59, %dx.types.Handle %b1, i32 1)
  %r10 = extractvalue %dx.types.CBufRet.i32 %c10, 2
  %o10 = add i32 %base, 40
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o10, i32 undef, i32 %r10, i32 undef, i32 undef, i32 undef, i8 1)
  %c11 = call %dx.types.CBufRet.i32 @dx.op.cbufferLoadLegacy.i32(i32 59, %dx.types.Handle %b1, i32 %t)
  %r11 = extractvalue %dx.types.CBufRet.i32 %c11, 0
  %o11 = add i32 %base, 44
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o11, i32 undef, i32 %r11, i32 undef, i32 undef, i32 undef, i8 1)
  %c12 = call %dx.types.CBufRet.i32 @dx.op.cbufferLoadLegacy.i32(i32 59, %dx.types.Handle %b2, i32 %t)
  %r12 = extractvalue %dx.types.CBufRet.i32 %c12, 0
  %o12 = add i32 %base, 48
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o12, i32 undef, i32 %r12, i32 undef, i32 undef, i32 undef, i8 1)
  %c13 = call %dx.types.CBufRet.i32 @dx.op.cbufferLoadLegacy.i32(i32 59, %dx.types.Handle %b0, i32 %far)
  %r13 = extractvalue %dx.types.CBufRet.i32 %c13, 0
  %o13 = add i32 %base, 52
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o13, i32 undef, i32 %r13, i32 undef, i32 undef, i32 undef, i8 1)
  %c14 = call %dx.types.ResRet.i32 @dx.op.bufferLoad.i32(i32 68, %dx.types.Handle %t0, i32 %t, i32 0)
  %r14 = extractvalue %dx.types.ResRet.i32 %c14, 2
  %o14 = add i32 %base, 56
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o14, i32 undef, i32 %r14, i32 undef, i32 undef, i32 undef, i8 1)
  %c15 = call %dx.types.ResRet.i32 @dx.op.bufferLoad.i32(i32 68, %dx.types.Handle %t0, i32 2, i32 4)
  %r15 = extractvalue %dx.types.ResRet.i32 %c15, 0
  %o15 = add i32 %base, 60
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o15, i32 undef, i32 %r15, i32 undef, i32 undef, i32 undef, i8 1)
  %c16 = call %dx.types.ResRet.i32 @dx.op.bufferLoad.i32(i32 68, %dx.types.Handle %t0, i32 -1, i32 8)
  %r16 = extractvalue %dx.types.ResRet.i32 %c16, 0
  %o16 = add i32 %base, 64
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o16, i32 undef, i32 %r16, i32 undef, i32 undef, i32 undef, i8 1)
  %c17 = call %dx.types.Dimensions @dx.op.getDimensions(i32 72, %dx.types.Handle %t0, i32 1)
  %r17 = extractvalue %dx.types.Dimensions %c17, 0
  %o17 = add i32 %base, 68
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o17, i32 undef, i32 %r17, i32 undef, i32 undef, i32 undef, i8 1)
  %c18 = call %dx.types.Dimensions @dx.op.getDimensions(i32 72, %dx.types.Handle %u0, i32 1)
  %r18 = extractvalue %dx.types.Dimensions %c18, 0
  %o18 = add i32 %base, 72
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o18, i32 undef, i32 %r18, i32 undef, i32 undef, i32 undef, i8 1)
  %c19 = call %dx.types.Dimensions @dx.op.getDimensions(i32 72, %dx.types.Handle %t1, i32 1)
  %r19 = extractvalue %dx.types.Dimensions %c19, 0
  %o19 = add i32 %base, 76
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o19, i32 undef, i32 %r19, i32 undef, i32 undef, i32 undef, i8 1)
  %c20 = call %dx.types.Dimensions @dx.op.getDimensions(i32 72, %dx.types.Handle %t1, i32 1)
  %r20 = extractvalue %dx.types.Dimensions %c20, 2
  %o20 = add i32 %base, 80
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o20, i32 undef, i32 %r20, i32 undef, i32 undef, i32 undef, i8 1)
  %c21 = call %dx.types.Dimensions @dx.op.getDimensions(i32 72, %dx.types.Handle %t1, i32 1)
  %r21 = extractvalue %dx.types.Dimensions %c21, 3
  %o21 = add i32 %base, 84
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o21, i32 undef, i32 %r21, i32 undef, i32 undef, i32 undef, i8 1)
  ret void
}

declare %dx.types.Handle @dx.op.createHandle(i32, i8, i32, i32, i1)
declare i32 @dx.op.threadId.i32(i32, i32)
declare %dx.types.ResRet.i32 @dx.op.bufferLoad.i32(i32, %dx.types.Handle, i32, i32)
declare void @dx.op.bufferStore.i32(i32, %dx.types.Handle, i32, i32, i32, i32, i32, i32, i8)
declare %dx.types.CBufRet.i32 @dx.op.cbufferLoadLegacy.i32(i32, %dx.types.Handle, i32)
declare %dx.types.Dimensions @dx.op.getDimensions(i32, %dx.types.Handle, i32)

!dx.version = !{!0}
!dx.shaderModel = !{!1}
!dx.resources = !{!3}
!dx.entryPoints = !{!2}

!0 = !{i32 1, i32 0}
!1 = !{!"cs", i32 6, i32 0}
!2 = !{void ()* @main, !"main", null, !3, !4}
!3 = !{!6, !7, !8, null}
!4 = !{i32 0, i64 16, i32 4, !5}
!5 = !{i32 24, i32 1, i32 1}
!6 = !{!9, !10}
!7 = !{!11, !12}
!8 = !{!13, !14, !15}
!9 = !{i32 0, %structured* undef, !"", i32 0, i32 0, i32 1, i32 12, i32 0, !16}
!10 = !{i32 1, %texture* undef, !"", i32 0, i32 1, i32 1, i32 7, i32 0, !17}
!11 = !{i32 0, %raw* undef, !"", i32 0, i32 0, i32 1, i32 11, i1 false, i1 false, i1 false, null}
!12 = !{i32 1, %raw* undef, !"", i32 0, i32 1, i32 1, i32 11, i1 false, i1 false, i1 false, null}
!13 = !{i32 0, %constants* undef, !"", i32 0, i32 0, i32 1, i32 256, null}
!14 = !{i32 1, %constants* undef, !"", i32 0, i32 1, i32 1, i32 256, null}
!15 = !{i32 2, %constants* undef, !"", i32 0, i32 2, i32 1, i32 256, null}
!16 = !{i32 1, i32 12}
!17 = !{i32 0, i32 9}

; Thread T of 32 writes to dwords 16 T … of a raw buffer (u1):
;    0 t2, texel (T, 7), level 1, y
;    1 t(4 + T % 4), the same texel, x
;    2 t2 sampled with s1 at (T, 0.5), level T, offset (1, -2), x
;    3 t2 sampled with the static s8, z
;    4 t(4 + T % 4) sampled with s(T / 16), w
;    5 what an atomic add of T to texel T of u2 returns
;    6 what a compare and exchange of 7 with 1000 + T at dword 256 + T % 2 of u0 returns
;    7 an increment of the counter of u3
; and (T, 2, 3, 4) to texel T of u2.
target datalayout = "e-m:e-p:32:32-i1:32-i8:32-i16:32-i32:32-i64:64-f16:32-f32:32-f64:64-n8:16:32:64"
target triple = "dxil-ms-dx"

%dx.types.Handle = type { i8* }
%dx.types.ResRet.f32 = type { float, float, float, float, i32 }
%raw = type { i32 }
%structured = type { [3 x i32] }
%texture = type { <4 x float> }
%integers = type { <4 x i32> }
%sampler = type { i32 }

define void @main() {
entry:
  %u0 = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 1, i32 0, i32 0, i1 false)
  %u1 = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 1, i32 1, i32 1, i1 false)
  %t = call i32 @dx.op.threadId.i32(i32 93, i32 0)
  %u2 = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 1, i32 2, i32 2, i1 false)
  %u3 = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 1, i32 3, i32 3, i1 false)
  %t2 = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 0, i32 0, i32 2, i1 false)
  %four = and i32 %t, 3
  %which = add i32 %four, 4
  %any = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 0, i32 1, i32 %which, i1 true)
  %s1 = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 3, i32 0, i32 1, i1 false)
  %half = lshr i32 %t, 4
  %any.s = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 3, i32 0, i32 %half, i1 true)
  %s8 = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 3, i32 1, i32 8, i1 false)
  %tf = uitofp i32 %t to float
  %base = mul i32 %t, 64
  %c0 = call %dx.types.ResRet.f32 @dx.op.textureLoad.f32(i32 66, %dx.types.Handle %t2, i32 1, i32 %t, i32 7, i32 undef, i32 undef, i32 undef, i32 undef)
  %r0 = extractvalue %dx.types.ResRet.f32 %c0, 1
  %i0 = bitcast float %r0 to i32
  %o0 = add i32 %base, 0
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o0, i32 undef, i32 %i0, i32 undef, i32 undef, i32 undef, i8 1)
  %c1 = call %dx.types.ResRet.f32 @dx.op.textureLoad.f32(i32 66, %dx.types.Handle %any, i32 1, i32 %t, i32 7, i32 undef, i32 undef, i32 undef, i32 undef)
  %r1 = extractvalue %dx.types.ResRet.f32 %c1, 0
  %i1 = bitcast float %r1 to i32
  %o1 = add i32 %base, 4
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o1, i32 undef, i32 %i1, i32 undef, i32 undef, i32 undef, i8 1)
  %c2 = call %dx.types.ResRet.f32 @dx.op.sampleLevel.f32(i32 62, %dx.types.Handle %t2, %dx.types.Handle %s1, float %tf, float 0.5, float undef, float undef, i32 1, i32 -2, i32 undef, float %tf)
  %r2 = extractvalue %dx.types.ResRet.f32 %c2, 0
  %i2 = bitcast float %r2 to i32
  %o2 = add i32 %base, 8
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o2, i32 undef, i32 %i2, i32 undef, i32 undef, i32 undef, i8 1)
  %c3 = call %dx.types.ResRet.f32 @dx.op.sampleLevel.f32(i32 62, %dx.types.Handle %t2, %dx.types.Handle %s8, float %tf, float 0.5, float undef, float undef, i32 undef, i32 undef, i32 undef, float %tf)
  %r3 = extractvalue %dx.types.ResRet.f32 %c3, 2
  %i3 = bitcast float %r3 to i32
  %o3 = add i32 %base, 12
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o3, i32 undef, i32 %i3, i32 undef, i32 undef, i32 undef, i8 1)
  %c4 = call %dx.types.ResRet.f32 @dx.op.sampleLevel.f32(i32 62, %dx.types.Handle %any, %dx.types.Handle %any.s, float %tf, float 0.5, float undef, float undef, i32 0, i32 0, i32 undef, float 0.0)
  %r4 = extractvalue %dx.types.ResRet.f32 %c4, 3
  %i4 = bitcast float %r4 to i32
  %o4 = add i32 %base, 16
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o4, i32 undef, i32 %i4, i32 undef, i32 undef, i32 undef, i8 1)
  %r5 = call i32 @dx.op.atomicBinOp.i32(i32 78, %dx.types.Handle %u2, i32 0, i32 %t, i32 undef, i32 undef, i32 %t)
  %o5 = add i32 %base, 20
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o5, i32 undef, i32 %r5, i32 undef, i32 undef, i32 undef, i8 1)
  %e6 = and i32 %t, 1
  %x6 = add i32 %e6, 256
  %a6 = shl i32 %x6, 2
  %n6 = add i32 %t, 1000
  %r6 = call i32 @dx.op.atomicCompareExchange.i32(i32 79, %dx.types.Handle %u0, i32 %a6, i32 undef, i32 undef, i32 7, i32 %n6)
  %o6 = add i32 %base, 24
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o6, i32 undef, i32 %r6, i32 undef, i32 undef, i32 undef, i8 1)
  %r7 = call i32 @dx.op.bufferUpdateCounter(i32 70, %dx.types.Handle %u3, i8 1)
  %o7 = add i32 %base, 28
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o7, i32 undef, i32 %r7, i32 undef, i32 undef, i32 undef, i8 1)
  call void @dx.op.textureStore.i32(i32 67, %dx.types.Handle %u2, i32 %t, i32 undef, i32 undef, i32 %t, i32 2, i32 3, i32 4, i8 15)
  ret void
}

declare %dx.types.Handle @dx.op.createHandle(i32, i8, i32, i32, i1)
declare i32 @dx.op.threadId.i32(i32, i32)
declare void @dx.op.bufferStore.i32(i32, %dx.types.Handle, i32, i32, i32, i32, i32, i32, i8)
declare %dx.types.ResRet.f32 @dx.op.textureLoad.f32(i32, %dx.types.Handle, i32, i32, i32, i32, i32, i32, i32)
declare void @dx.op.textureStore.i32(i32, %dx.types.Handle, i32, i32, i32, i32, i32, i32, i32, i8)
declare %dx.types.ResRet.f32 @dx.op.sampleLevel.f32(i32, %dx.types.Handle, %dx.types.Handle, float, float, float, float, i32, i32, i32, float)
declare i32 @dx.op.atomicBinOp.i32(i32, %dx.types.Handle, i32, i32, i32, i32, i32)
declare i32 @dx.op.atomicCompareExchange.i32(i32, %dx.types.Handle, i32, i32, i32, i32, i32)
declare i32 @dx.op.bufferUpdateCounter(i32, %dx.types.Handle, i8)

!dx.version = !{!0}
!dx.shaderModel = !{!1}
!dx.resources = !{!3}
!dx.entryPoints = !{!2}

!0 = !{i32 1, i32 0}
!1 = !{!"cs", i32 6, i32 0}
!2 = !{void ()* @main, !"main", null, !3, !4}
!3 = !{!6, !7, null, !8}
!4 = !{i32 0, i64 16, i32 4, !5}
!5 = !{i32 32, i32 1, i32 1}
!6 = !{!9, !10}
!7 = !{!11, !12, !13, !14}
!8 = !{!15, !16}
!9 = !{i32 0, %texture* undef, !"", i32 0, i32 2, i32 1, i32 2, i32 0, !17}
!10 = !{i32 1, %texture* undef, !"", i32 0, i32 4, i32 4, i32 2, i32 0, !18}
!11 = !{i32 0, %raw* undef, !"", i32 0, i32 0, i32 1, i32 11, i1 false, i1 false, i1 false, null}
!12 = !{i32 1, %raw* undef, !"", i32 0, i32 1, i32 1, i32 11, i1 false, i1 false, i1 false, null}
!13 = !{i32 2, %integers* undef, !"", i32 0, i32 2, i32 1, i32 1, i1 false, i1 false, i1 false, !19}
!14 = !{i32 3, %structured* undef, !"", i32 0, i32 3, i32 1, i32 12, i1 false, i1 true, i1 false, !20}
!15 = !{i32 0, %sampler* undef, !"", i32 0, i32 0, i32 2, i32 0, null}
!16 = !{i32 1, %sampler* undef, !"", i32 0, i32 8, i32 1, i32 0, null}
!17 = !{i32 0, i32 9}
!18 = !{i32 0, i32 9}
!19 = !{i32 0, i32 5}
!20 = !{i32 1, i32 12}

; Thread T of 32 reads dword v at 4 T of a raw buffer (u0). c is its lowest bit. Where bit 2 of v is
; clear, the thread writes to dwords 32 T … of another (u1):
;    0 the lane
;    1 lanes of a wave
;    2 is it the first?
;    3 any of c
;    4 all of c
;    5 v the same everywhere?
;    6 ballot of c
;    7 v of lane 5
;    8 v of lane c7 (lane ^ 7)
;    9 v of the first lane
;   10 sum of v
;   11 product of v
;   12 signed minimum of v
;   13 unsigned minimum of v
;   14 signed maximum of v
;   15 unsigned maximum of v
;   16 and of v
;   17 or of v
;   18 xor of v
;   19 sum of v in lanes before
;   20 product of v in lanes before
;   21 lanes with c
;   22 lanes before with c
;   23 v of lane 2 of the quad
;   24 v across the quad, x
;   25 v across the quad, y
;   26 v across the quad, diagonal
;   27 smallest of v as float
;   28 derivative of v, coarse x
;   29 derivative of v, coarse y
;   30 derivative of v, fine x
;   31 derivative of v, fine y
target datalayout = "e-m:e-p:32:32-i1:32-i8:32-i16:32-i32:32-i64:64-f16:32-f32:32-f64:64-n8:16:32:64"
target triple = "dxil-ms-dx"

%dx.types.Handle = type { i8* }
%dx.types.ResRet.i32 = type { i32, i32, i32, i32, i32 }
%dx.types.fouri32 = type { i32, i32, i32, i32 }
%raw = type { i32 }

define void @main() {
entry:
  %u0 = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 1, i32 0, i32 0, i1 false)
  %u1 = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 1, i32 1, i32 1, i1 false)
  %t = call i32 @dx.op.threadId.i32(i32 93, i32 0)
  %in = shl i32 %t, 2
  %loaded = call %dx.types.ResRet.i32 @dx.op.bufferLoad.i32(i32 68, %dx.types.Handle %u0, i32 %in, i32 undef)
  %v = extractvalue %dx.types.ResRet.i32 %loaded, 0
  %odd = and i32 %v, 1
  %c = icmp ne i32 %odd, 0
  %low = and i32 %v, 4
  %run = icmp eq i32 %low, 0
  br i1 %run, label %active, label %out

active:
  %base = mul i32 %t, 128
  %r0 = call i32 @dx.op.waveGetLaneIndex(i32 111)
  %o0 = add i32 %base, 0
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o0, i32 undef, i32 %r0, i32 undef, i32 undef, i32 undef, i8 1)
  %r1 = call i32 @dx.op.waveGetLaneCount(i32 112)
  %o1 = add i32 %base, 4
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o1, i32 undef, i32 %r1, i32 undef, i32 undef, i32 undef, i8 1)
  %r2 = call i1 @dx.op.waveIsFirstLane(i32 110)
  %i2 = zext i1 %r2 to i32
  %o2 = add i32 %base, 8
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o2, i32 undef, i32 %i2, i32 undef, i32 undef, i32 undef, i8 1)
  %r3 = call i1 @dx.op.waveAnyTrue(i32 113, i1 %c)
  %i3 = zext i1 %r3 to i32
  %o3 = add i32 %base, 12
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o3, i32 undef, i32 %i3, i32 undef, i32 undef, i32 undef, i8 1)
  %r4 = call i1 @dx.op.waveAllTrue(i32 114, i1 %c)
  %i4 = zext i1 %r4 to i32
  %o4 = add i32 %base, 16
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o4, i32 undef, i32 %i4, i32 undef, i32 undef, i32 undef, i8 1)
  %r5 = call i1 @dx.op.waveActiveAllEqual.i32(i32 115, i32 %v)
  %i5 = zext i1 %r5 to i32
  %o5 = add i32 %base, 20
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o5, i32 undef, i32 %i5, i32 undef, i32 undef, i32 undef, i8 1)
  %b6 = call %dx.types.fouri32 @dx.op.waveActiveBallot(i32 116, i1 %c)
  %r6 = extractvalue %dx.types.fouri32 %b6, 0
  %o6 = add i32 %base, 24
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o6, i32 undef, i32 %r6, i32 undef, i32 undef, i32 undef, i8 1)
  %r7 = call i32 @dx.op.waveReadLaneAt.i32(i32 117, i32 %v, i32 5)
  %o7 = add i32 %base, 28
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o7, i32 undef, i32 %r7, i32 undef, i32 undef, i32 undef, i8 1)
  %l8 = call i32 @dx.op.waveGetLaneIndex(i32 111)
  %x8 = xor i32 %l8, 7
  %r8 = call i32 @dx.op.waveReadLaneAt.i32(i32 117, i32 %v, i32 %x8)
  %o8 = add i32 %base, 32
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o8, i32 undef, i32 %r8, i32 undef, i32 undef, i32 undef, i8 1)
  %r9 = call i32 @dx.op.waveReadLaneFirst.i32(i32 118, i32 %v)
  %o9 = add i32 %base, 36
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o9, i32 undef, i32 %r9, i32 undef, i32 undef, i32 undef, i8 1)
  %r10 = call i32 @dx.op.waveActiveOp.i32(i32 119, i32 %v, i8 0, i8 0)
  %o10 = add i32 %base, 40
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o10, i32 undef, i32 %r10, i32 undef, i32 undef, i32 undef, i8 1)
  %r11 = call i32 @dx.op.waveActiveOp.i32(i32 119, i32 %v, i8 1, i8 0)
  %o11 = add i32 %base, 44
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o11, i32 undef, i32 %r11, i32 undef, i32 undef, i32 undef, i8 1)
  %r12 = call i32 @dx.op.waveActiveOp.i32(i32 119, i32 %v, i8 2, i8 0)
  %o12 = add i32 %base, 48
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o12, i32 undef, i32 %r12, i32 undef, i32 undef, i32 undef, i8 1)
  %r13 = call i32 @dx.op.waveActiveOp.i32(i32 119, i32 %v, i8 2, i8 1)
  %o13 = add i32 %base, 52
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o13, i32 undef, i32 %r13, i32 undef, i32 undef, i32 undef, i8 1)
  %r14 = call i32 @dx.op.waveActiveOp.i32(i32 119, i32 %v, i8 3, i8 0)
  %o14 = add i32 %base, 56
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o14, i32 undef, i32 %r14, i32 undef, i32 undef, i32 undef, i8 1)
  %r15 = call i32 @dx.op.waveActiveOp.i32(i32 119, i32 %v, i8 3, i8 1)
  %o15 = add i32 %base, 60
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o15, i32 undef, i32 %r15, i32 undef, i32 undef, i32 undef, i8 1)
  %r16 = call i32 @dx.op.waveActiveBit.i32(i32 120, i32 %v, i8 0)
  %o16 = add i32 %base, 64
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o16, i32 undef, i32 %r16, i32 undef, i32 undef, i32 undef, i8 1)
  %r17 = call i32 @dx.op.waveActiveBit.i32(i32 120, i32 %v, i8 1)
  %o17 = add i32 %base, 68
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o17, i32 undef, i32 %r17, i32 undef, i32 undef, i32 undef, i8 1)
  %r18 = call i32 @dx.op.waveActiveBit.i32(i32 120, i32 %v, i8 2)
  %o18 = add i32 %base, 72
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o18, i32 undef, i32 %r18, i32 undef, i32 undef, i32 undef, i8 1)
  %r19 = call i32 @dx.op.wavePrefixOp.i32(i32 121, i32 %v, i8 0, i8 0)
  %o19 = add i32 %base, 76
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o19, i32 undef, i32 %r19, i32 undef, i32 undef, i32 undef, i8 1)
  %r20 = call i32 @dx.op.wavePrefixOp.i32(i32 121, i32 %v, i8 1, i8 0)
  %o20 = add i32 %base, 80
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o20, i32 undef, i32 %r20, i32 undef, i32 undef, i32 undef, i8 1)
  %r21 = call i32 @dx.op.waveAllOp(i32 135, i1 %c)
  %o21 = add i32 %base, 84
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o21, i32 undef, i32 %r21, i32 undef, i32 undef, i32 undef, i8 1)
  %r22 = call i32 @dx.op.wavePrefixOp(i32 136, i1 %c)
  %o22 = add i32 %base, 88
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o22, i32 undef, i32 %r22, i32 undef, i32 undef, i32 undef, i8 1)
  %r23 = call i32 @dx.op.quadReadLaneAt.i32(i32 122, i32 %v, i32 2)
  %o23 = add i32 %base, 92
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o23, i32 undef, i32 %r23, i32 undef, i32 undef, i32 undef, i8 1)
  %r24 = call i32 @dx.op.quadOp.i32(i32 123, i32 %v, i8 0)
  %o24 = add i32 %base, 96
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o24, i32 undef, i32 %r24, i32 undef, i32 undef, i32 undef, i8 1)
  %r25 = call i32 @dx.op.quadOp.i32(i32 123, i32 %v, i8 1)
  %o25 = add i32 %base, 100
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o25, i32 undef, i32 %r25, i32 undef, i32 undef, i32 undef, i8 1)
  %r26 = call i32 @dx.op.quadOp.i32(i32 123, i32 %v, i8 2)
  %o26 = add i32 %base, 104
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o26, i32 undef, i32 %r26, i32 undef, i32 undef, i32 undef, i8 1)
  %f27 = sitofp i32 %v to float
  %r27 = call float @dx.op.waveActiveOp.f32(i32 119, float %f27, i8 2, i8 0)
  %i27 = bitcast float %r27 to i32
  %o27 = add i32 %base, 108
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o27, i32 undef, i32 %i27, i32 undef, i32 undef, i32 undef, i8 1)
  %f28 = sitofp i32 %v to float
  %r28 = call float @dx.op.unary.f32(i32 83, float %f28)
  %i28 = bitcast float %r28 to i32
  %o28 = add i32 %base, 112
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o28, i32 undef, i32 %i28, i32 undef, i32 undef, i32 undef, i8 1)
  %f29 = sitofp i32 %v to float
  %r29 = call float @dx.op.unary.f32(i32 84, float %f29)
  %i29 = bitcast float %r29 to i32
  %o29 = add i32 %base, 116
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o29, i32 undef, i32 %i29, i32 undef, i32 undef, i32 undef, i8 1)
  %f30 = sitofp i32 %v to float
  %r30 = call float @dx.op.unary.f32(i32 85, float %f30)
  %i30 = bitcast float %r30 to i32
  %o30 = add i32 %base, 120
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o30, i32 undef, i32 %i30, i32 undef, i32 undef, i32 undef, i8 1)
  %f31 = sitofp i32 %v to float
  %r31 = call float @dx.op.unary.f32(i32 86, float %f31)
  %i31 = bitcast float %r31 to i32
  %o31 = add i32 %base, 124
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o31, i32 undef, i32 %i31, i32 undef, i32 undef, i32 undef, i8 1)
  br label %out

out:
  ret void
}

declare %dx.types.Handle @dx.op.createHandle(i32, i8, i32, i32, i1)
declare i32 @dx.op.threadId.i32(i32, i32)
declare %dx.types.ResRet.i32 @dx.op.bufferLoad.i32(i32, %dx.types.Handle, i32, i32)
declare void @dx.op.bufferStore.i32(i32, %dx.types.Handle, i32, i32, i32, i32, i32, i32, i8)
declare float @dx.op.unary.f32(i32, float)
declare i1 @dx.op.waveIsFirstLane(i32)
declare i32 @dx.op.waveGetLaneIndex(i32)
declare i32 @dx.op.waveGetLaneCount(i32)
declare i1 @dx.op.waveAnyTrue(i32, i1)
declare i1 @dx.op.waveAllTrue(i32, i1)
declare i1 @dx.op.waveActiveAllEqual.i32(i32, i32)
declare %dx.types.fouri32 @dx.op.waveActiveBallot(i32, i1)
declare i32 @dx.op.waveReadLaneAt.i32(i32, i32, i32)
declare i32 @dx.op.waveReadLaneFirst.i32(i32, i32)
declare i32 @dx.op.waveActiveOp.i32(i32, i32, i8, i8)
declare float @dx.op.waveActiveOp.f32(i32, float, i8, i8)
declare i32 @dx.op.waveActiveBit.i32(i32, i32, i8)
declare i32 @dx.op.wavePrefixOp.i32(i32, i32, i8, i8)
declare i32 @dx.op.waveAllOp(i32, i1)
declare i32 @dx.op.wavePrefixOp(i32, i1)
declare i32 @dx.op.quadReadLaneAt.i32(i32, i32, i32)
declare i32 @dx.op.quadOp.i32(i32, i32, i8)

!dx.version = !{!0}
!dx.shaderModel = !{!1}
!dx.resources = !{!3}
!dx.entryPoints = !{!2}

!0 = !{i32 1, i32 0}
!1 = !{!"cs", i32 6, i32 0}
!2 = !{void ()* @main, !"main", null, !3, !4}
!3 = !{null, !6, null, null}
!4 = !{i32 0, i64 16, i32 4, !5}
!5 = !{i32 32, i32 1, i32 1}
!6 = !{!7, !8}
!7 = !{i32 0, %raw* undef, !"", i32 0, i32 0, i32 1, i32 11, i1 false, i1 false, i1 false, null}
!8 = !{i32 1, %raw* undef, !"", i32 0, i32 1, i32 1, i32 11, i1 false, i1 false, i1 false, null}

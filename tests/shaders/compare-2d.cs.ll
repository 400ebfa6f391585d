; Thread T compares with a 2D texture (t0, s0): element T of a raw buffer (t1) is four floats, x, y, the value to
; compare with, and nothing. What it gets goes to element T of another (u0).
target datalayout = "e-m:e-p:32:32-i1:32-i8:32-i16:32-i32:32-i64:64-f16:32-f32:32-f64:64-n8:16:32:64"
target triple = "dxil-ms-dx"

%dx.types.Handle = type { i8* }
%dx.types.ResRet.f32 = type { float, float, float, float, i32 }
%dx.types.ResRet.i32 = type { i32, i32, i32, i32, i32 }
%raw = type { i32 }
%texture = type { <4 x float> }
%sampler = type { i32 }

define void @main() {
entry:
  %t0 = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 0, i32 0, i32 0, i1 false)
  %t1 = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 0, i32 1, i32 1, i1 false)
  %s0 = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 3, i32 0, i32 0, i1 false)
  %u0 = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 1, i32 0, i32 0, i1 false)
  %thread = call i32 @dx.op.threadId.i32(i32 93, i32 0)
  %offset = shl i32 %thread, 4
  %point = call %dx.types.ResRet.i32 @dx.op.bufferLoad.i32(i32 68, %dx.types.Handle %t1, i32 %offset, i32 undef)
  %b0 = extractvalue %dx.types.ResRet.i32 %point, 0
  %p0 = bitcast i32 %b0 to float
  %b1 = extractvalue %dx.types.ResRet.i32 %point, 1
  %p1 = bitcast i32 %b1 to float
  %b2 = extractvalue %dx.types.ResRet.i32 %point, 2
  %p2 = bitcast i32 %b2 to float
  %sampled = call %dx.types.ResRet.f32 @dx.op.sampleCmpLevelZero.f32(i32 65, %dx.types.Handle %t0, %dx.types.Handle %s0, float %p0, float %p1, float undef, float undef, i32 undef, i32 undef, i32 undef, float %p2)
  %f0 = extractvalue %dx.types.ResRet.f32 %sampled, 0
  %c0 = bitcast float %f0 to i32
  %f1 = extractvalue %dx.types.ResRet.f32 %sampled, 1
  %c1 = bitcast float %f1 to i32
  %f2 = extractvalue %dx.types.ResRet.f32 %sampled, 2
  %c2 = bitcast float %f2 to i32
  %f3 = extractvalue %dx.types.ResRet.f32 %sampled, 3
  %c3 = bitcast float %f3 to i32
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u0, i32 %offset, i32 undef, i32 %c0, i32 %c1, i32 %c2, i32 %c3, i8 15)
  ret void
}

declare %dx.types.Handle @dx.op.createHandle(i32, i8, i32, i32, i1)
declare i32 @dx.op.threadId.i32(i32, i32)
declare void @dx.op.bufferStore.i32(i32, %dx.types.Handle, i32, i32, i32, i32, i32, i32, i8)
declare %dx.types.ResRet.i32 @dx.op.bufferLoad.i32(i32, %dx.types.Handle, i32, i32)
declare %dx.types.ResRet.f32 @dx.op.sampleCmpLevelZero.f32(i32, %dx.types.Handle, %dx.types.Handle, float, float, float, float, i32, i32, i32, float)

!dx.version = !{!0}
!dx.shaderModel = !{!1}
!dx.resources = !{!3}
!dx.entryPoints = !{!2}

!0 = !{i32 1, i32 0}
!1 = !{!"cs", i32 6, i32 0}
!2 = !{void ()* @main, !"main", null, !3, !4}
!3 = !{!9, !11, null, !13}
!4 = !{i32 0, i64 16, i32 4, !5}
!5 = !{i32 64, i32 1, i32 1}
!6 = !{i32 0, i32 9}
!7 = !{i32 0, %texture* undef, !"", i32 0, i32 0, i32 1, i32 2, i32 0, !6}
!8 = !{i32 1, %raw* undef, !"", i32 0, i32 1, i32 1, i32 11, i32 0, null}
!9 = !{!7, !8}
!10 = !{i32 0, %raw* undef, !"", i32 0, i32 0, i32 1, i32 11, i1 false, i1 false, i1 false, null}
!11 = !{!10}
!12 = !{i32 0, %sampler* undef, !"", i32 0, i32 0, i32 1, i32 1, null}
!13 = !{!12}

; Quads, integer factors. Each control point becomes the opposite one, which it reads from that one's
; output; so OpenGL's control shaders do behind a barrier, and Mesa lets them. The second component of the
; patch constant TEXCOORD0 is the primitive and a factor, 2.
target datalayout = "e-m:e-p:32:32-i1:32-i8:32-i16:32-i32:32-i64:64-f16:32-f32:32-f64:64-n8:16:32:64"
target triple = "dxil-ms-dx"

define void @main() {
entry:
  %id = call i32 @dx.op.outputControlPointID.i32(i32 107)
  %opposite = sub i32 3, %id
  %v0 = call float @dx.op.loadInput.f32(i32 4, i32 0, i32 0, i8 0, i32 %id)
  %v1 = call float @dx.op.loadInput.f32(i32 4, i32 0, i32 0, i8 1, i32 %id)
  %v2 = call float @dx.op.loadInput.f32(i32 4, i32 0, i32 0, i8 2, i32 %id)
  %v3 = call float @dx.op.loadInput.f32(i32 4, i32 0, i32 0, i8 3, i32 %id)
  call void @dx.op.storeOutput.f32(i32 5, i32 1, i32 0, i8 0, float %v0)
  call void @dx.op.storeOutput.f32(i32 5, i32 1, i32 0, i8 1, float %v1)
  call void @dx.op.storeOutput.f32(i32 5, i32 1, i32 0, i8 2, float %v2)
  call void @dx.op.storeOutput.f32(i32 5, i32 1, i32 0, i8 3, float %v3)
  %o0 = call float @dx.op.loadOutputControlPoint.f32(i32 103, i32 1, i32 0, i8 0, i32 %opposite)
  %o1 = call float @dx.op.loadOutputControlPoint.f32(i32 103, i32 1, i32 0, i8 1, i32 %opposite)
  %o2 = call float @dx.op.loadOutputControlPoint.f32(i32 103, i32 1, i32 0, i8 2, i32 %opposite)
  %o3 = call float @dx.op.loadOutputControlPoint.f32(i32 103, i32 1, i32 0, i8 3, i32 %opposite)
  call void @dx.op.storeOutput.f32(i32 5, i32 0, i32 0, i8 0, float %o0)
  call void @dx.op.storeOutput.f32(i32 5, i32 0, i32 0, i8 1, float %o1)
  call void @dx.op.storeOutput.f32(i32 5, i32 0, i32 0, i8 2, float %o2)
  call void @dx.op.storeOutput.f32(i32 5, i32 0, i32 0, i8 3, float %o3)
  ret void
}

define void @patch_constants() {
entry:
  call void @dx.op.storePatchConstant.f32(i32 106, i32 0, i32 0, i8 0, float 2.000000e+00)
  call void @dx.op.storePatchConstant.f32(i32 106, i32 0, i32 1, i8 0, float 2.000000e+00)
  call void @dx.op.storePatchConstant.f32(i32 106, i32 0, i32 2, i8 0, float 2.000000e+00)
  call void @dx.op.storePatchConstant.f32(i32 106, i32 0, i32 3, i8 0, float 2.000000e+00)
  call void @dx.op.storePatchConstant.f32(i32 106, i32 2, i32 0, i8 0, float 3.000000e+00)
  call void @dx.op.storePatchConstant.f32(i32 106, i32 2, i32 1, i8 0, float 3.000000e+00)
  %primitive = call i32 @dx.op.primitiveID.i32(i32 108)
  %constant = call float @dx.op.loadPatchConstant.f32(i32 104, i32 0, i32 3, i8 0)
  %primitivef = uitofp i32 %primitive to float
  %sum = fadd float %constant, %primitivef
  call void @dx.op.storePatchConstant.f32(i32 106, i32 1, i32 0, i8 1, float %sum)
  ret void
}

declare i32 @dx.op.outputControlPointID.i32(i32) #0
declare i32 @dx.op.primitiveID.i32(i32) #0
declare float @dx.op.loadInput.f32(i32, i32, i32, i8, i32) #0
declare float @dx.op.loadOutputControlPoint.f32(i32, i32, i32, i8, i32) #0
declare float @dx.op.loadPatchConstant.f32(i32, i32, i32, i8) #0
declare void @dx.op.storeOutput.f32(i32, i32, i32, i8, float) #1
declare void @dx.op.storePatchConstant.f32(i32, i32, i32, i8, float) #1

attributes #0 = { nounwind readnone }
attributes #1 = { nounwind }

!dx.version = !{!0}
!dx.shaderModel = !{!1}
!dx.entryPoints = !{!2}

!0 = !{i32 1, i32 0}
!1 = !{!"hs", i32 6, i32 0}
!2 = !{void ()* @main, !"main", !3, null, !4}
!3 = !{!5, !5, !6}
!4 = !{i32 3, !7}
!5 = !{!8, !9}
!6 = !{!10, !11, !12}
!7 = !{void ()* @patch_constants, i32 4, i32 4, i32 3, i32 1, i32 3, float 6.400000e+01}
!8 = !{i32 0, !"SV_Position", i8 9, i8 3, !13, i8 4, i32 1, i8 4, i32 0, i8 0, null}
!9 = !{i32 1, !"TEXCOORD", i8 9, i8 0, !13, i8 2, i32 1, i8 4, i32 1, i8 0, null}
!10 = !{i32 0, !"SV_TessFactor", i8 9, i8 25, !14, i8 0, i32 4, i8 1, i32 0, i8 3, null}
!11 = !{i32 1, !"TEXCOORD", i8 9, i8 0, !13, i8 0, i32 1, i8 2, i32 0, i8 0, null}
!12 = !{i32 2, !"SV_InsideTessFactor", i8 9, i8 26, !15, i8 0, i32 2, i8 1, i32 4, i8 3, null}
!13 = !{i32 0}
!14 = !{i32 0, i32 1, i32 2, i32 3}
!15 = !{i32 0, i32 1}

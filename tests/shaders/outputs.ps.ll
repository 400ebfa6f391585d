; Takes the output merger's decisions: SV_Depth is TEXCOORD0.x, SV_Coverage the integer TEXCOORD0.y,
; SV_StencilRef the integer TEXCOORD0.z. The colour is white.
target datalayout = "e-m:e-p:32:32-i1:32-i8:32-i16:32-i32:32-i64:64-f16:32-f32:32-f64:64-n8:16:32:64"
target triple = "dxil-ms-dx"

define void @main() {
entry:
  %depth = call float @dx.op.loadInput.f32(i32 4, i32 1, i32 0, i8 0, i32 undef)
  %y = call float @dx.op.loadInput.f32(i32 4, i32 1, i32 0, i8 1, i32 undef)
  %z = call float @dx.op.loadInput.f32(i32 4, i32 1, i32 0, i8 2, i32 undef)
  %coverage = fptoui float %y to i32
  %stencil = fptoui float %z to i32
  call void @dx.op.storeOutput.f32(i32 5, i32 0, i32 0, i8 0, float 1.000000e+00)
  call void @dx.op.storeOutput.f32(i32 5, i32 0, i32 0, i8 1, float 1.000000e+00)
  call void @dx.op.storeOutput.f32(i32 5, i32 0, i32 0, i8 2, float 1.000000e+00)
  call void @dx.op.storeOutput.f32(i32 5, i32 0, i32 0, i8 3, float 1.000000e+00)
  call void @dx.op.storeOutput.f32(i32 5, i32 1, i32 0, i8 0, float %depth)
  call void @dx.op.storeOutput.i32(i32 5, i32 2, i32 0, i8 0, i32 %coverage)
  call void @dx.op.storeOutput.i32(i32 5, i32 3, i32 0, i8 0, i32 %stencil)
  ret void
}

declare float @dx.op.loadInput.f32(i32, i32, i32, i8, i32) #0
declare void @dx.op.storeOutput.f32(i32, i32, i32, i8, float) #1
declare void @dx.op.storeOutput.i32(i32, i32, i32, i8, i32) #1

attributes #0 = { nounwind readnone }
attributes #1 = { nounwind }

!dx.version = !{!0}
!dx.shaderModel = !{!1}
!dx.entryPoints = !{!2}

!0 = !{i32 1, i32 0}
!1 = !{!"ps", i32 6, i32 0}
!2 = !{void ()* @main, !"main", !3, null, null}
!3 = !{!4, !5, null}
!4 = !{!6, !7}
!5 = !{!8, !9, !10, !11}
!6 = !{i32 0, !"SV_Position", i8 9, i8 3, !12, i8 4, i32 1, i8 4, i32 0, i8 0, null}
!7 = !{i32 1, !"TEXCOORD", i8 9, i8 0, !12, i8 2, i32 1, i8 4, i32 1, i8 0, null}
!8 = !{i32 0, !"SV_Target", i8 9, i8 16, !12, i8 0, i32 1, i8 4, i32 0, i8 0, null}
!9 = !{i32 1, !"SV_Depth", i8 9, i8 17, !12, i8 0, i32 1, i8 1, i32 -1, i8 -1, null}
!10 = !{i32 2, !"SV_Coverage", i8 5, i8 14, !12, i8 0, i32 1, i8 1, i32 -1, i8 -1, null}
!11 = !{i32 3, !"SV_StencilRef", i8 5, i8 20, !12, i8 0, i32 1, i8 1, i32 -1, i8 -1, null}
!12 = !{i32 0}

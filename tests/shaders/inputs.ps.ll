; What the rasteriser says of a pixel. SV_Target0: SV_Position. SV_Target1 (integers): SV_IsFrontFace,
; SV_PrimitiveID, the covered samples, a constant-interpolated input. SV_Target2: TEXCOORD0 at the
; centroid (x), without perspective (y), with (z), and at an offset of 4/16 pixels to the right (w).
target datalayout = "e-m:e-p:32:32-i1:32-i8:32-i16:32-i32:32-i64:64-f16:32-f32:32-f64:64-n8:16:32:64"
target triple = "dxil-ms-dx"

define void @main() {
entry:
  %x = call float @dx.op.loadInput.f32(i32 4, i32 0, i32 0, i8 0, i32 undef)
  %y = call float @dx.op.loadInput.f32(i32 4, i32 0, i32 0, i8 1, i32 undef)
  %z = call float @dx.op.loadInput.f32(i32 4, i32 0, i32 0, i8 2, i32 undef)
  %w = call float @dx.op.loadInput.f32(i32 4, i32 0, i32 0, i8 3, i32 undef)
  %front = call i32 @dx.op.loadInput.i32(i32 4, i32 1, i32 0, i8 0, i32 undef)
  %id = call i32 @dx.op.loadInput.i32(i32 4, i32 2, i32 0, i8 0, i32 undef)
  %covered = call i32 @dx.op.coverage.i32(i32 91)
  %flat = call i32 @dx.op.loadInput.i32(i32 4, i32 3, i32 0, i8 0, i32 undef)
  %centroid = call float @dx.op.evalCentroid.f32(i32 89, i32 4, i32 0, i8 0)
  %linear = call float @dx.op.loadInput.f32(i32 4, i32 5, i32 0, i8 0, i32 undef)
  %smooth = call float @dx.op.loadInput.f32(i32 4, i32 4, i32 0, i8 0, i32 undef)
  %snapped = call float @dx.op.evalSnapped.f32(i32 87, i32 4, i32 0, i8 0, i32 4, i32 0)
  call void @dx.op.storeOutput.f32(i32 5, i32 0, i32 0, i8 0, float %x)
  call void @dx.op.storeOutput.f32(i32 5, i32 0, i32 0, i8 1, float %y)
  call void @dx.op.storeOutput.f32(i32 5, i32 0, i32 0, i8 2, float %z)
  call void @dx.op.storeOutput.f32(i32 5, i32 0, i32 0, i8 3, float %w)
  call void @dx.op.storeOutput.i32(i32 5, i32 1, i32 0, i8 0, i32 %front)
  call void @dx.op.storeOutput.i32(i32 5, i32 1, i32 0, i8 1, i32 %id)
  call void @dx.op.storeOutput.i32(i32 5, i32 1, i32 0, i8 2, i32 %covered)
  call void @dx.op.storeOutput.i32(i32 5, i32 1, i32 0, i8 3, i32 %flat)
  call void @dx.op.storeOutput.f32(i32 5, i32 2, i32 0, i8 0, float %centroid)
  call void @dx.op.storeOutput.f32(i32 5, i32 2, i32 0, i8 1, float %linear)
  call void @dx.op.storeOutput.f32(i32 5, i32 2, i32 0, i8 2, float %smooth)
  call void @dx.op.storeOutput.f32(i32 5, i32 2, i32 0, i8 3, float %snapped)
  ret void
}

declare float @dx.op.loadInput.f32(i32, i32, i32, i8, i32) #0
declare i32 @dx.op.loadInput.i32(i32, i32, i32, i8, i32) #0
declare i32 @dx.op.coverage.i32(i32) #0
declare float @dx.op.evalCentroid.f32(i32, i32, i32, i8) #0
declare float @dx.op.evalSnapped.f32(i32, i32, i32, i8, i32, i32) #0
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
!4 = !{!6, !7, !8, !9, !10, !11}
!5 = !{!12, !13, !14}
!6 = !{i32 0, !"SV_Position", i8 9, i8 3, !15, i8 4, i32 1, i8 4, i32 0, i8 0, null}
!7 = !{i32 1, !"SV_IsFrontFace", i8 5, i8 13, !15, i8 1, i32 1, i8 1, i32 1, i8 0, null}
!8 = !{i32 2, !"SV_PrimitiveID", i8 5, i8 10, !15, i8 1, i32 1, i8 1, i32 2, i8 0, null}
!9 = !{i32 3, !"TEXCOORD", i8 5, i8 0, !15, i8 1, i32 1, i8 1, i32 3, i8 0, null}
!10 = !{i32 4, !"TEXCOORD", i8 9, i8 0, !15, i8 2, i32 1, i8 1, i32 4, i8 0, null}
!11 = !{i32 5, !"TEXCOORD", i8 9, i8 0, !15, i8 4, i32 1, i8 1, i32 5, i8 0, null}
!12 = !{i32 0, !"SV_Target", i8 9, i8 16, !15, i8 0, i32 1, i8 4, i32 0, i8 0, null}
!13 = !{i32 1, !"SV_Target", i8 5, i8 16, !16, i8 0, i32 1, i8 4, i32 1, i8 0, null}
!14 = !{i32 2, !"SV_Target", i8 9, i8 16, !17, i8 0, i32 1, i8 4, i32 2, i8 0, null}
!15 = !{i32 0}
!16 = !{i32 1}
!17 = !{i32 2}

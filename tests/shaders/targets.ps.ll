; SV_Target i of 8: TEXCOORD0 with i / 8 added to its red.
target datalayout = "e-m:e-p:32:32-i1:32-i8:32-i16:32-i32:32-i64:64-f16:32-f32:32-f64:64-n8:16:32:64"
target triple = "dxil-ms-dx"

define void @main() {
entry:
  %r = call float @dx.op.loadInput.f32(i32 4, i32 1, i32 0, i8 0, i32 undef)
  %g = call float @dx.op.loadInput.f32(i32 4, i32 1, i32 0, i8 1, i32 undef)
  %b = call float @dx.op.loadInput.f32(i32 4, i32 1, i32 0, i8 2, i32 undef)
  %a = call float @dx.op.loadInput.f32(i32 4, i32 1, i32 0, i8 3, i32 undef)
  %r0 = fadd float %r, 0.000000e+00
  call void @dx.op.storeOutput.f32(i32 5, i32 0, i32 0, i8 0, float %r0)
  call void @dx.op.storeOutput.f32(i32 5, i32 0, i32 0, i8 1, float %g)
  call void @dx.op.storeOutput.f32(i32 5, i32 0, i32 0, i8 2, float %b)
  call void @dx.op.storeOutput.f32(i32 5, i32 0, i32 0, i8 3, float %a)
  %r1 = fadd float %r, 1.250000e-01
  call void @dx.op.storeOutput.f32(i32 5, i32 1, i32 0, i8 0, float %r1)
  call void @dx.op.storeOutput.f32(i32 5, i32 1, i32 0, i8 1, float %g)
  call void @dx.op.storeOutput.f32(i32 5, i32 1, i32 0, i8 2, float %b)
  call void @dx.op.storeOutput.f32(i32 5, i32 1, i32 0, i8 3, float %a)
  %r2 = fadd float %r, 2.500000e-01
  call void @dx.op.storeOutput.f32(i32 5, i32 2, i32 0, i8 0, float %r2)
  call void @dx.op.storeOutput.f32(i32 5, i32 2, i32 0, i8 1, float %g)
  call void @dx.op.storeOutput.f32(i32 5, i32 2, i32 0, i8 2, float %b)
  call void @dx.op.storeOutput.f32(i32 5, i32 2, i32 0, i8 3, float %a)
  %r3 = fadd float %r, 3.750000e-01
  call void @dx.op.storeOutput.f32(i32 5, i32 3, i32 0, i8 0, float %r3)
  call void @dx.op.storeOutput.f32(i32 5, i32 3, i32 0, i8 1, float %g)
  call void @dx.op.storeOutput.f32(i32 5, i32 3, i32 0, i8 2, float %b)
  call void @dx.op.storeOutput.f32(i32 5, i32 3, i32 0, i8 3, float %a)
  %r4 = fadd float %r, 5.000000e-01
  call void @dx.op.storeOutput.f32(i32 5, i32 4, i32 0, i8 0, float %r4)
  call void @dx.op.storeOutput.f32(i32 5, i32 4, i32 0, i8 1, float %g)
  call void @dx.op.storeOutput.f32(i32 5, i32 4, i32 0, i8 2, float %b)
  call void @dx.op.storeOutput.f32(i32 5, i32 4, i32 0, i8 3, float %a)
  %r5 = fadd float %r, 6.250000e-01
  call void @dx.op.storeOutput.f32(i32 5, i32 5, i32 0, i8 0, float %r5)
  call void @dx.op.storeOutput.f32(i32 5, i32 5, i32 0, i8 1, float %g)
  call void @dx.op.storeOutput.f32(i32 5, i32 5, i32 0, i8 2, float %b)
  call void @dx.op.storeOutput.f32(i32 5, i32 5, i32 0, i8 3, float %a)
  %r6 = fadd float %r, 7.500000e-01
  call void @dx.op.storeOutput.f32(i32 5, i32 6, i32 0, i8 0, float %r6)
  call void @dx.op.storeOutput.f32(i32 5, i32 6, i32 0, i8 1, float %g)
  call void @dx.op.storeOutput.f32(i32 5, i32 6, i32 0, i8 2, float %b)
  call void @dx.op.storeOutput.f32(i32 5, i32 6, i32 0, i8 3, float %a)
  %r7 = fadd float %r, 8.750000e-01
  call void @dx.op.storeOutput.f32(i32 5, i32 7, i32 0, i8 0, float %r7)
  call void @dx.op.storeOutput.f32(i32 5, i32 7, i32 0, i8 1, float %g)
  call void @dx.op.storeOutput.f32(i32 5, i32 7, i32 0, i8 2, float %b)
  call void @dx.op.storeOutput.f32(i32 5, i32 7, i32 0, i8 3, float %a)
  ret void
}

declare float @dx.op.loadInput.f32(i32, i32, i32, i8, i32) #0
declare void @dx.op.storeOutput.f32(i32, i32, i32, i8, float) #1

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
!5 = !{!8, !9, !10, !11, !12, !13, !14, !15}
!6 = !{i32 0, !"SV_Position", i8 9, i8 3, !16, i8 4, i32 1, i8 4, i32 0, i8 0, null}
!7 = !{i32 1, !"TEXCOORD", i8 9, i8 0, !16, i8 2, i32 1, i8 4, i32 1, i8 0, null}
!8 = !{i32 0, !"SV_Target", i8 9, i8 16, !16, i8 0, i32 1, i8 4, i32 0, i8 0, null}
!9 = !{i32 1, !"SV_Target", i8 9, i8 16, !17, i8 0, i32 1, i8 4, i32 1, i8 0, null}
!10 = !{i32 2, !"SV_Target", i8 9, i8 16, !18, i8 0, i32 1, i8 4, i32 2, i8 0, null}
!11 = !{i32 3, !"SV_Target", i8 9, i8 16, !19, i8 0, i32 1, i8 4, i32 3, i8 0, null}
!12 = !{i32 4, !"SV_Target", i8 9, i8 16, !20, i8 0, i32 1, i8 4, i32 4, i8 0, null}
!13 = !{i32 5, !"SV_Target", i8 9, i8 16, !21, i8 0, i32 1, i8 4, i32 5, i8 0, null}
!14 = !{i32 6, !"SV_Target", i8 9, i8 16, !22, i8 0, i32 1, i8 4, i32 6, i8 0, null}
!15 = !{i32 7, !"SV_Target", i8 9, i8 16, !23, i8 0, i32 1, i8 4, i32 7, i8 0, null}
!16 = !{i32 0}
!17 = !{i32 1}
!18 = !{i32 2}
!19 = !{i32 3}
!20 = !{i32 4}
!21 = !{i32 5}
!22 = !{i32 6}
!23 = !{i32 7}

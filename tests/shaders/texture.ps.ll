; A texture (t0, s0) sampled at TEXCOORD0.xy, times a colour in a constant buffer (b0).
target datalayout = "e-m:e-p:32:32-i1:32-i8:32-i16:32-i32:32-i64:64-f16:32-f32:32-f64:64-n8:16:32:64"
target triple = "dxil-ms-dx"

%dx.types.Handle = type { i8* }
%dx.types.ResRet.f32 = type { float, float, float, float, i32 }
%dx.types.CBufRet.f32 = type { float, float, float, float }
%texture = type { float }
%sampler = type { i32 }
%constants = type { [4 x float] }

define void @main() {
entry:
  %t = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 0, i32 0, i32 0, i1 false)
  %b = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 2, i32 0, i32 0, i1 false)
  %s = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 3, i32 0, i32 0, i1 false)
  %u = call float @dx.op.loadInput.f32(i32 4, i32 1, i32 0, i8 0, i32 undef)
  %v = call float @dx.op.loadInput.f32(i32 4, i32 1, i32 0, i8 1, i32 undef)
  %texel = call %dx.types.ResRet.f32 @dx.op.sample.f32(i32 60, %dx.types.Handle %t, %dx.types.Handle %s, float %u, float %v, float undef, float undef, i32 0, i32 0, i32 undef, float undef)
  %factor = call %dx.types.CBufRet.f32 @dx.op.cbufferLoadLegacy.f32(i32 59, %dx.types.Handle %b, i32 0)
  %t0 = extractvalue %dx.types.ResRet.f32 %texel, 0
  %t1 = extractvalue %dx.types.ResRet.f32 %texel, 1
  %t2 = extractvalue %dx.types.ResRet.f32 %texel, 2
  %t3 = extractvalue %dx.types.ResRet.f32 %texel, 3
  %f0 = extractvalue %dx.types.CBufRet.f32 %factor, 0
  %f1 = extractvalue %dx.types.CBufRet.f32 %factor, 1
  %f2 = extractvalue %dx.types.CBufRet.f32 %factor, 2
  %f3 = extractvalue %dx.types.CBufRet.f32 %factor, 3
  %c0 = fmul fast float %t0, %f0
  %c1 = fmul fast float %t1, %f1
  %c2 = fmul fast float %t2, %f2
  %c3 = fmul fast float %t3, %f3
  call void @dx.op.storeOutput.f32(i32 5, i32 0, i32 0, i8 0, float %c0)
  call void @dx.op.storeOutput.f32(i32 5, i32 0, i32 0, i8 1, float %c1)
  call void @dx.op.storeOutput.f32(i32 5, i32 0, i32 0, i8 2, float %c2)
  call void @dx.op.storeOutput.f32(i32 5, i32 0, i32 0, i8 3, float %c3)
  ret void
}

declare %dx.types.Handle @dx.op.createHandle(i32, i8, i32, i32, i1) #0
declare float @dx.op.loadInput.f32(i32, i32, i32, i8, i32) #1
declare %dx.types.ResRet.f32 @dx.op.sample.f32(i32, %dx.types.Handle, %dx.types.Handle, float, float, float, float, i32, i32, i32, float) #0
declare %dx.types.CBufRet.f32 @dx.op.cbufferLoadLegacy.f32(i32, %dx.types.Handle, i32) #0
declare void @dx.op.storeOutput.f32(i32, i32, i32, i8, float) #2

attributes #0 = { nounwind readonly }
attributes #1 = { nounwind readnone }
attributes #2 = { nounwind }

!dx.version = !{!0}
!dx.shaderModel = !{!1}
!dx.resources = !{!10}
!dx.entryPoints = !{!2}

!0 = !{i32 1, i32 0}
!1 = !{!"ps", i32 6, i32 0}
!2 = !{void ()* @main, !"main", !3, !10, null}
!3 = !{!4, !5, null}
!4 = !{!6, !7}
!5 = !{!8}
!6 = !{i32 0, !"SV_Position", i8 9, i8 3, !9, i8 4, i32 1, i8 4, i32 0, i8 0, null}
!7 = !{i32 1, !"TEXCOORD", i8 9, i8 0, !9, i8 2, i32 1, i8 2, i32 1, i8 0, null}
!8 = !{i32 0, !"SV_Target", i8 9, i8 16, !9, i8 0, i32 1, i8 4, i32 0, i8 0, null}
!9 = !{i32 0}
!10 = !{!11, null, !12, !13}
!11 = !{!14}
!12 = !{!15}
!13 = !{!16}
!14 = !{i32 0, %texture* undef, !"", i32 0, i32 0, i32 1, i32 2, i1 false, !17}
!15 = !{i32 0, %constants* undef, !"", i32 0, i32 0, i32 1, i32 16, null}
!16 = !{i32 0, %sampler* undef, !"", i32 0, i32 0, i32 1, i32 0, null}
!17 = !{i32 0, i32 9}

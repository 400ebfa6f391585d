; A point between four control points: (u, v) = (0, 0), (1, 0), (0, 1), (1, 1).
; TEXCOORD0 is (u, v, twice the primitive, 1).
target datalayout = "e-m:e-p:32:32-i1:32-i8:32-i16:32-i32:32-i64:64-f16:32-f32:32-f64:64-n8:16:32:64"
target triple = "dxil-ms-dx"

define void @main() {
entry:
  %u = call float @dx.op.domainLocation.f32(i32 105, i8 0)
  %v = call float @dx.op.domainLocation.f32(i32 105, i8 1)
  %nu = fsub float 1.000000e+00, %u
  %nv = fsub float 1.000000e+00, %v
  %weight0 = fmul float %nu, %nv
  %weight1 = fmul float %u, %nv
  %weight2 = fmul float %nu, %v
  %weight3 = fmul float %u, %v
  %p00 = call float @dx.op.loadInput.f32(i32 4, i32 0, i32 0, i8 0, i32 0)
  %m00 = fmul float %p00, %weight0
  %p10 = call float @dx.op.loadInput.f32(i32 4, i32 0, i32 0, i8 0, i32 1)
  %m10 = fmul float %p10, %weight1
  %p20 = call float @dx.op.loadInput.f32(i32 4, i32 0, i32 0, i8 0, i32 2)
  %m20 = fmul float %p20, %weight2
  %p30 = call float @dx.op.loadInput.f32(i32 4, i32 0, i32 0, i8 0, i32 3)
  %m30 = fmul float %p30, %weight3
  %s10 = fadd float %m00, %m10
  %s20 = fadd float %s10, %m20
  %s30 = fadd float %s20, %m30
  call void @dx.op.storeOutput.f32(i32 5, i32 0, i32 0, i8 0, float %s30)
  %p01 = call float @dx.op.loadInput.f32(i32 4, i32 0, i32 0, i8 1, i32 0)
  %m01 = fmul float %p01, %weight0
  %p11 = call float @dx.op.loadInput.f32(i32 4, i32 0, i32 0, i8 1, i32 1)
  %m11 = fmul float %p11, %weight1
  %p21 = call float @dx.op.loadInput.f32(i32 4, i32 0, i32 0, i8 1, i32 2)
  %m21 = fmul float %p21, %weight2
  %p31 = call float @dx.op.loadInput.f32(i32 4, i32 0, i32 0, i8 1, i32 3)
  %m31 = fmul float %p31, %weight3
  %s11 = fadd float %m01, %m11
  %s21 = fadd float %s11, %m21
  %s31 = fadd float %s21, %m31
  call void @dx.op.storeOutput.f32(i32 5, i32 0, i32 0, i8 1, float %s31)
  %p02 = call float @dx.op.loadInput.f32(i32 4, i32 0, i32 0, i8 2, i32 0)
  %m02 = fmul float %p02, %weight0
  %p12 = call float @dx.op.loadInput.f32(i32 4, i32 0, i32 0, i8 2, i32 1)
  %m12 = fmul float %p12, %weight1
  %p22 = call float @dx.op.loadInput.f32(i32 4, i32 0, i32 0, i8 2, i32 2)
  %m22 = fmul float %p22, %weight2
  %p32 = call float @dx.op.loadInput.f32(i32 4, i32 0, i32 0, i8 2, i32 3)
  %m32 = fmul float %p32, %weight3
  %s12 = fadd float %m02, %m12
  %s22 = fadd float %s12, %m22
  %s32 = fadd float %s22, %m32
  call void @dx.op.storeOutput.f32(i32 5, i32 0, i32 0, i8 2, float %s32)
  %p03 = call float @dx.op.loadInput.f32(i32 4, i32 0, i32 0, i8 3, i32 0)
  %m03 = fmul float %p03, %weight0
  %p13 = call float @dx.op.loadInput.f32(i32 4, i32 0, i32 0, i8 3, i32 1)
  %m13 = fmul float %p13, %weight1
  %p23 = call float @dx.op.loadInput.f32(i32 4, i32 0, i32 0, i8 3, i32 2)
  %m23 = fmul float %p23, %weight2
  %p33 = call float @dx.op.loadInput.f32(i32 4, i32 0, i32 0, i8 3, i32 3)
  %m33 = fmul float %p33, %weight3
  %s13 = fadd float %m03, %m13
  %s23 = fadd float %s13, %m23
  %s33 = fadd float %s23, %m33
  call void @dx.op.storeOutput.f32(i32 5, i32 0, i32 0, i8 3, float %s33)
  %constant = call float @dx.op.loadPatchConstant.f32(i32 104, i32 0, i32 0, i8 1)
  %primitive = call i32 @dx.op.primitiveID.i32(i32 108)
  %primitivef = uitofp i32 %primitive to float
  %sum = fadd float %constant, %primitivef
  call void @dx.op.storeOutput.f32(i32 5, i32 1, i32 0, i8 0, float %u)
  call void @dx.op.storeOutput.f32(i32 5, i32 1, i32 0, i8 1, float %v)
  call void @dx.op.storeOutput.f32(i32 5, i32 1, i32 0, i8 2, float %sum)
  call void @dx.op.storeOutput.f32(i32 5, i32 1, i32 0, i8 3, float 1.000000e+00)
  ret void
}

declare float @dx.op.domainLocation.f32(i32, i8) #0
declare i32 @dx.op.primitiveID.i32(i32) #0
declare float @dx.op.loadInput.f32(i32, i32, i32, i8, i32) #0
declare float @dx.op.loadPatchConstant.f32(i32, i32, i32, i8) #0
declare void @dx.op.storeOutput.f32(i32, i32, i32, i8, float) #1

attributes #0 = { nounwind readnone }
attributes #1 = { nounwind }

!dx.version = !{!0}
!dx.shaderModel = !{!1}
!dx.entryPoints = !{!2}

!0 = !{i32 1, i32 0}
!1 = !{!"ds", i32 6, i32 0}
!2 = !{void ()* @main, !"main", !3, null, !4}
!3 = !{!5, !5, !6}
!4 = !{i32 2, !7}
!5 = !{!8, !9}
!6 = !{!10}
!7 = !{i32 3, i32 4}
!8 = !{i32 0, !"SV_Position", i8 9, i8 3, !11, i8 4, i32 1, i8 4, i32 0, i8 0, null}
!9 = !{i32 1, !"TEXCOORD", i8 9, i8 0, !11, i8 2, i32 1, i8 4, i32 1, i8 0, null}
!10 = !{i32 0, !"TEXCOORD", i8 9, i8 0, !11, i8 0, i32 1, i8 2, i32 0, i8 0, null}
!11 = !{i32 0}

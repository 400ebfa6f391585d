; As the first five of denormals.cs, in a shader with doubles; then the dwords of the double of low half a
; and high half 0, times 2, which is denormal.
target datalayout = "e-m:e-p:32:32-i1:32-i8:32-i16:32-i32:32-i64:64-f16:32-f32:32-f64:64-n8:16:32:64"
target triple = "dxil-ms-dx"

%dx.types.Handle = type { i8* }
%dx.types.ResRet.f32 = type { float, float, float, float, i32 }
%dx.types.splitdouble = type { i32, i32 }
%raw = type { i32 }

define void @main() {
entry:
  %u0 = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 1, i32 0, i32 0, i1 false)
  %u1 = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 1, i32 1, i32 1, i1 false)
  %thread = call i32 @dx.op.threadId.i32(i32 93, i32 0)
  %from = shl i32 %thread, 3
  %to = shl i32 %thread, 5
  %pair = call %dx.types.ResRet.f32 @dx.op.bufferLoad.f32(i32 68, %dx.types.Handle %u0, i32 %from, i32 undef)
  %a = extractvalue %dx.types.ResRet.f32 %pair, 0
  %b = extractvalue %dx.types.ResRet.f32 %pair, 1
  %r0 = fmul float %a, %b
  %r1 = fadd float %a, %b
  %r2 = call float @dx.op.tertiary.f32(i32 46, float %a, float %b, float -0.0)
  %less = fcmp olt float %a, %b
  %r3 = select i1 %less, float 1.0, float 0.0
  call void @dx.op.bufferStore.f32(i32 69, %dx.types.Handle %u1, i32 %to, i32 undef, float %r0, float %r1, float %r2, float %r3, i8 15)
  %next = add i32 %to, 16
  %low = bitcast float %a to i32
  %double = call double @dx.op.makeDouble.f64(i32 101, i32 %low, i32 0)
  %twice = fmul double %double, 2.0
  %split = call %dx.types.splitdouble @dx.op.splitDouble.f64(i32 102, double %twice)
  %i0 = extractvalue %dx.types.splitdouble %split, 0
  %i1 = extractvalue %dx.types.splitdouble %split, 1
  %r5 = bitcast i32 %i0 to float
  %r6 = bitcast i32 %i1 to float
  call void @dx.op.bufferStore.f32(i32 69, %dx.types.Handle %u1, i32 %next, i32 undef, float %a, float %r5, float %r6, float undef, i8 7)
  ret void
}

declare %dx.types.Handle @dx.op.createHandle(i32, i8, i32, i32, i1)
declare i32 @dx.op.threadId.i32(i32, i32)
declare %dx.types.ResRet.f32 @dx.op.bufferLoad.f32(i32, %dx.types.Handle, i32, i32)
declare void @dx.op.bufferStore.f32(i32, %dx.types.Handle, i32, i32, float, float, float, float, i8)
declare float @dx.op.tertiary.f32(i32, float, float, float)
declare double @dx.op.makeDouble.f64(i32, i32, i32)
declare %dx.types.splitdouble @dx.op.splitDouble.f64(i32, double)

!dx.version = !{!0}
!dx.shaderModel = !{!1}
!dx.resources = !{!3}
!dx.entryPoints = !{!2}

!0 = !{i32 1, i32 0}
!1 = !{!"cs", i32 6, i32 0}
!2 = !{void ()* @main, !"main", null, !3, !4}
!3 = !{null, !7, null, null}
!4 = !{i32 0, i64 16, i32 4, !5}
!5 = !{i32 16, i32 1, i32 1}
!6 = !{i32 0, %raw* undef, !"", i32 0, i32 0, i32 1, i32 11, i1 false, i1 false, i1 false, null}
!8 = !{i32 1, %raw* undef, !"", i32 0, i32 1, i32 1, i32 11, i1 false, i1 false, i1 false, null}
!7 = !{!6, !8}

; Texel (X, Y) of a texture (t0, floats), X and Y below 8, goes to texel Y * 8 + X of a raw buffer (u0).
target datalayout = "e-m:e-p:32:32-i1:32-i8:32-i16:32-i32:32-i64:64-f16:32-f32:32-f64:64-n8:16:32:64"
target triple = "dxil-ms-dx"

%dx.types.Handle = type { i8* }
%dx.types.ResRet.f32 = type { float, float, float, float, i32 }
%raw = type { i32 }
%texture = type { <4 x float> }

define void @main() {
entry:
  %t0 = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 0, i32 0, i32 0, i1 false)
  %u0 = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 1, i32 0, i32 0, i1 false)
  %x = call i32 @dx.op.threadId.i32(i32 93, i32 0)
  %y = call i32 @dx.op.threadId.i32(i32 93, i32 1)
  %row = shl i32 %y, 3
  %texel = add i32 %row, %x
  %offset = shl i32 %texel, 4
  %loaded = call %dx.types.ResRet.f32 @dx.op.textureLoad.f32(i32 66, %dx.types.Handle %t0, i32 0, i32 %x, i32 %y, i32 undef, i32 undef, i32 undef, i32 undef)
  %f0 = extractvalue %dx.types.ResRet.f32 %loaded, 0
  %c0 = bitcast float %f0 to i32
  %f1 = extractvalue %dx.types.ResRet.f32 %loaded, 1
  %c1 = bitcast float %f1 to i32
  %f2 = extractvalue %dx.types.ResRet.f32 %loaded, 2
  %c2 = bitcast float %f2 to i32
  %f3 = extractvalue %dx.types.ResRet.f32 %loaded, 3
  %c3 = bitcast float %f3 to i32
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u0, i32 %offset, i32 undef, i32 %c0, i32 %c1, i32 %c2, i32 %c3, i8 15)
  ret void
}

declare %dx.types.Handle @dx.op.createHandle(i32, i8, i32, i32, i1)
declare i32 @dx.op.threadId.i32(i32, i32)
declare void @dx.op.bufferStore.i32(i32, %dx.types.Handle, i32, i32, i32, i32, i32, i32, i8)
declare %dx.types.ResRet.f32 @dx.op.textureLoad.f32(i32, %dx.types.Handle, i32, i32, i32, i32, i32, i32, i32)

!dx.version = !{!0}
!dx.shaderModel = !{!1}
!dx.resources = !{!3}
!dx.entryPoints = !{!2}

!0 = !{i32 1, i32 0}
!1 = !{!"cs", i32 6, i32 0}
!2 = !{void ()* @main, !"main", null, !3, !4}
!3 = !{!8, !10, null, null}
!4 = !{i32 0, i64 16, i32 4, !5}
!5 = !{i32 8, i32 8, i32 1}
!6 = !{i32 0, i32 9}
!7 = !{i32 0, %texture* undef, !"", i32 0, i32 0, i32 1, i32 2, i32 0, !6}
!8 = !{!7}
!9 = !{i32 0, %raw* undef, !"", i32 0, i32 0, i32 1, i32 11, i1 false, i1 false, i1 false, null}
!10 = !{!9}

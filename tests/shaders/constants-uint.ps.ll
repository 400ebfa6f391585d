; SV_Target: row 0 of a constant buffer (b0), unsigned integers.
target datalayout = "e-m:e-p:32:32-i1:32-i8:32-i16:32-i32:32-i64:64-f16:32-f32:32-f64:64-n8:16:32:64"
target triple = "dxil-ms-dx"

%dx.types.Handle = type { i8* }
%dx.types.CBufRet.i32 = type { i32, i32, i32, i32 }
%constants = type { [4 x i32] }

define void @main() {
entry:
  %b = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 2, i32 0, i32 0, i1 false)
  %row = call %dx.types.CBufRet.i32 @dx.op.cbufferLoadLegacy.i32(i32 59, %dx.types.Handle %b, i32 0)
  %c0 = extractvalue %dx.types.CBufRet.i32 %row, 0
  %c1 = extractvalue %dx.types.CBufRet.i32 %row, 1
  %c2 = extractvalue %dx.types.CBufRet.i32 %row, 2
  %c3 = extractvalue %dx.types.CBufRet.i32 %row, 3
  call void @dx.op.storeOutput.i32(i32 5, i32 0, i32 0, i8 0, i32 %c0)
  call void @dx.op.storeOutput.i32(i32 5, i32 0, i32 0, i8 1, i32 %c1)
  call void @dx.op.storeOutput.i32(i32 5, i32 0, i32 0, i8 2, i32 %c2)
  call void @dx.op.storeOutput.i32(i32 5, i32 0, i32 0, i8 3, i32 %c3)
  ret void
}

declare %dx.types.Handle @dx.op.createHandle(i32, i8, i32, i32, i1) #0
declare %dx.types.CBufRet.i32 @dx.op.cbufferLoadLegacy.i32(i32, %dx.types.Handle, i32) #0
declare void @dx.op.storeOutput.i32(i32, i32, i32, i8, i32) #1

attributes #0 = { nounwind readonly }
attributes #1 = { nounwind }

!dx.version = !{!0}
!dx.shaderModel = !{!1}
!dx.resources = !{!3}
!dx.entryPoints = !{!2}

!0 = !{i32 1, i32 0}
!1 = !{!"ps", i32 6, i32 0}
!2 = !{void ()* @main, !"main", !5, !3, null}
!3 = !{null, null, !4, null}
!4 = !{!10}
!5 = !{!6, !7, null}
!6 = !{!8}
!7 = !{!9}
!8 = !{i32 0, !"SV_Position", i8 9, i8 3, !11, i8 4, i32 1, i8 4, i32 0, i8 0, null}
!9 = !{i32 0, !"SV_Target", i8 5, i8 16, !11, i8 0, i32 1, i8 4, i32 0, i8 0, null}
!10 = !{i32 0, %constants* undef, !"", i32 0, i32 0, i32 1, i32 16, null}
!11 = !{i32 0}

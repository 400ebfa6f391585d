; Points → quads: each point whose TEXCOORD0.x is above 0.5 becomes a strip of four vertices at
; position + (0, 0), (1, 0), (0, 1), (1, 1); TEXCOORD0 is (the point's y, the corner, the primitive, the
; instance).
target datalayout = "e-m:e-p:32:32-i1:32-i8:32-i16:32-i32:32-i64:64-f16:32-f32:32-f64:64-n8:16:32:64"
target triple = "dxil-ms-dx"

define void @main() {
entry:
  %chosen = call float @dx.op.loadInput.f32(i32 4, i32 1, i32 0, i8 0, i32 0)
  %color = call float @dx.op.loadInput.f32(i32 4, i32 1, i32 0, i8 1, i32 0)
  %x = call float @dx.op.loadInput.f32(i32 4, i32 0, i32 0, i8 0, i32 0)
  %y = call float @dx.op.loadInput.f32(i32 4, i32 0, i32 0, i8 1, i32 0)
  %z = call float @dx.op.loadInput.f32(i32 4, i32 0, i32 0, i8 2, i32 0)
  %w = call float @dx.op.loadInput.f32(i32 4, i32 0, i32 0, i8 3, i32 0)
  %id = call i32 @dx.op.primitiveID.i32(i32 108)
  %instance = call i32 @dx.op.gsInstanceID.i32(i32 100)
  %idf = uitofp i32 %id to float
  %instancef = uitofp i32 %instance to float
  %yes = fcmp ogt float %chosen, 5.000000e-01
  br i1 %yes, label %head, label %done

head:
  %corner = phi i32 [ 0, %entry ], [ %next, %head ]
  %right = and i32 %corner, 1
  %down = lshr i32 %corner, 1
  %dx = uitofp i32 %right to float
  %dy = uitofp i32 %down to float
  %cornerf = uitofp i32 %corner to float
  %px = fadd float %x, %dx
  %py = fadd float %y, %dy
  call void @dx.op.storeOutput.f32(i32 5, i32 0, i32 0, i8 0, float %px)
  call void @dx.op.storeOutput.f32(i32 5, i32 0, i32 0, i8 1, float %py)
  call void @dx.op.storeOutput.f32(i32 5, i32 0, i32 0, i8 2, float %z)
  call void @dx.op.storeOutput.f32(i32 5, i32 0, i32 0, i8 3, float %w)
  call void @dx.op.storeOutput.f32(i32 5, i32 1, i32 0, i8 0, float %color)
  call void @dx.op.storeOutput.f32(i32 5, i32 1, i32 0, i8 1, float %cornerf)
  call void @dx.op.storeOutput.f32(i32 5, i32 1, i32 0, i8 2, float %idf)
  call void @dx.op.storeOutput.f32(i32 5, i32 1, i32 0, i8 3, float %instancef)
  call void @dx.op.emitStream(i32 97, i8 0)
  %next = add i32 %corner, 1
  %more = icmp ult i32 %next, 4
  br i1 %more, label %head, label %end

end:
  call void @dx.op.cutStream(i32 98, i8 0)
  br label %done

done:
  ret void
}

declare float @dx.op.loadInput.f32(i32, i32, i32, i8, i32) #0
declare i32 @dx.op.primitiveID.i32(i32) #0
declare i32 @dx.op.gsInstanceID.i32(i32) #0
declare void @dx.op.storeOutput.f32(i32, i32, i32, i8, float) #1
declare void @dx.op.emitStream(i32, i8) #1
declare void @dx.op.cutStream(i32, i8) #1

attributes #0 = { nounwind readnone }
attributes #1 = { nounwind }

!dx.version = !{!0}
!dx.shaderModel = !{!1}
!dx.entryPoints = !{!2}

!0 = !{i32 1, i32 0}
!1 = !{!"gs", i32 6, i32 0}
!2 = !{void ()* @main, !"main", !3, null, !4}
!3 = !{!5, !5, null}
!4 = !{i32 1, !8}
!5 = !{!6, !7}
!6 = !{i32 0, !"SV_Position", i8 9, i8 3, !9, i8 4, i32 1, i8 4, i32 0, i8 0, null}
!7 = !{i32 1, !"TEXCOORD", i8 9, i8 0, !9, i8 2, i32 1, i8 4, i32 1, i8 0, null}
!8 = !{i32 1, i32 4, i32 1, i32 5, i32 2}
!9 = !{i32 0}

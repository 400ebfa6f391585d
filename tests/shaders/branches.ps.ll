; Control flow: sums i * i for i below the pixel's column, odd and even ones apart, then picks by a
; switch on its row. Red: the sum / 65536. Green: by row. Uses phis, a loop, an if, a switch, an
; indexable array.
target datalayout = "e-m:e-p:32:32-i1:32-i8:32-i16:32-i32:32-i64:64-f16:32-f32:32-f64:64-n8:16:32:64"
target triple = "dxil-ms-dx"

@weights = internal constant [4 x float] [float 1.000000e+00, float 2.000000e+00, float 4.000000e+00, float 8.000000e+00], align 4

define void @main() {
entry:
  %sums = alloca [2 x i32], align 4
  %odd = getelementptr inbounds [2 x i32], [2 x i32]* %sums, i32 0, i32 1
  %even = getelementptr inbounds [2 x i32], [2 x i32]* %sums, i32 0, i32 0
  store i32 0, i32* %odd, align 4
  store i32 0, i32* %even, align 4
  %x = call float @dx.op.loadInput.f32(i32 4, i32 0, i32 0, i8 0, i32 undef)
  %y = call float @dx.op.loadInput.f32(i32 4, i32 0, i32 0, i8 1, i32 undef)
  %column = fptoui float %x to i32
  %row = fptoui float %y to i32
  br label %head

head:
  %i = phi i32 [ 0, %entry ], [ %next, %latch ]
  %more = icmp ult i32 %i, %column
  br i1 %more, label %body, label %done

body:
  %square = mul i32 %i, %i
  %bit = and i32 %i, 1
  %slot = getelementptr inbounds [2 x i32], [2 x i32]* %sums, i32 0, i32 %bit
  %old = load i32, i32* %slot, align 4
  %new = add i32 %old, %square
  store i32 %new, i32* %slot, align 4
  %large = icmp ugt i32 %new, 1000000
  br i1 %large, label %done, label %latch

latch:
  %next = add nuw i32 %i, 1
  br label %head

done:
  %a = load i32, i32* %odd, align 4
  %b = load i32, i32* %even, align 4
  %sum = add i32 %a, %b
  %wide = uitofp i32 %sum to float
  %red = fmul float %wide, 0x3EF0000000000000
  %case = urem i32 %row, 3
  switch i32 %case, label %otherwise [
    i32 0, label %zero
    i32 1, label %one
  ]

zero:
  br label %end

one:
  br label %end

otherwise:
  %index = and i32 %column, 3
  %pointer = getelementptr [4 x float], [4 x float]* @weights, i32 0, i32 %index
  %weight = load float, float* %pointer, align 4
  br label %end

end:
  %green = phi float [ 0.000000e+00, %zero ], [ 5.000000e-01, %one ], [ %weight, %otherwise ]
  call void @dx.op.storeOutput.f32(i32 5, i32 0, i32 0, i8 0, float %red)
  call void @dx.op.storeOutput.f32(i32 5, i32 0, i32 0, i8 1, float %green)
  call void @dx.op.storeOutput.f32(i32 5, i32 0, i32 0, i8 2, float 0.000000e+00)
  call void @dx.op.storeOutput.f32(i32 5, i32 0, i32 0, i8 3, float 1.000000e+00)
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
!4 = !{!6}
!5 = !{!7}
!6 = !{i32 0, !"SV_Position", i8 9, i8 3, !8, i8 4, i32 1, i8 4, i32 0, i8 0, null}
!7 = !{i32 0, !"SV_Target", i8 9, i8 16, !8, i8 0, i32 1, i8 4, i32 0, i8 0, null}
!8 = !{i32 0}

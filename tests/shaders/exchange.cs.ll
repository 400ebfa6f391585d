; Groups of 8 × 4 × 3 threads, in a grid of 3 × 2 × Z. In each of 8 rounds i, thread L of group G puts
; L i + G into groupshared memory and, after a barrier, adds what thread 95 - L has put there to its sum.
; The sum goes to dword 96 G + L of a raw buffer (u0).
target datalayout = "e-m:e-p:32:32-i1:32-i8:32-i16:32-i32:32-i64:64-f16:32-f32:32-f64:64-n8:16:32:64"
target triple = "dxil-ms-dx"

%dx.types.Handle = type { i8* }
%raw = type { i32 }

@shared = internal addrspace(3) global [96 x i32] undef, align 4

define void @main() {
entry:
  %u0 = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 1, i32 0, i32 0, i1 false)
  %gx = call i32 @dx.op.groupId.i32(i32 94, i32 0)
  %gy = call i32 @dx.op.groupId.i32(i32 94, i32 1)
  %gz = call i32 @dx.op.groupId.i32(i32 94, i32 2)
  %local = call i32 @dx.op.flattenedThreadIdInGroup.i32(i32 96)
  %gz2 = shl i32 %gz, 1
  %gzy = add i32 %gz2, %gy
  %gzy3 = mul i32 %gzy, 3
  %group = add i32 %gzy3, %gx
  %base = mul i32 %group, 96
  br label %turn

turn:
  %i = phi i32 [ 0, %entry ], [ %i1, %turn ]
  %sum = phi i32 [ 0, %entry ], [ %sum1, %turn ]
  %mine = getelementptr [96 x i32], [96 x i32] addrspace(3)* @shared, i32 0, i32 %local
  %local.i = mul i32 %local, %i
  %value = add i32 %local.i, %group
  store i32 %value, i32 addrspace(3)* %mine, align 4
  call void @dx.op.barrier(i32 80, i32 9)
  %opposite = sub i32 95, %local
  %its = getelementptr [96 x i32], [96 x i32] addrspace(3)* @shared, i32 0, i32 %opposite
  %seen = load i32, i32 addrspace(3)* %its, align 4
  call void @dx.op.barrier(i32 80, i32 9)
  %sum1 = add i32 %sum, %seen
  %i1 = add i32 %i, 1
  %more = icmp ult i32 %i1, 8
  br i1 %more, label %turn, label %done

done:
  %element = add i32 %base, %local
  %offset = shl i32 %element, 2
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u0, i32 %offset, i32 undef, i32 %sum1, i32 undef, i32 undef, i32 undef, i8 1)
  ret void
}

declare %dx.types.Handle @dx.op.createHandle(i32, i8, i32, i32, i1)
declare i32 @dx.op.groupId.i32(i32, i32)
declare i32 @dx.op.flattenedThreadIdInGroup.i32(i32)
declare void @dx.op.barrier(i32, i32)
declare void @dx.op.bufferStore.i32(i32, %dx.types.Handle, i32, i32, i32, i32, i32, i32, i8)

!dx.version = !{!0}
!dx.shaderModel = !{!1}
!dx.resources = !{!3}
!dx.entryPoints = !{!2}

!0 = !{i32 1, i32 0}
!1 = !{!"cs", i32 6, i32 0}
!2 = !{void ()* @main, !"main", null, !3, !4}
!3 = !{null, !7, null, null}
!4 = !{i32 0, i64 16, i32 4, !5}
!5 = !{i32 8, i32 4, i32 3}
!6 = !{i32 0, %raw* undef, !"", i32 0, i32 0, i32 1, i32 11, i1 false, i1 false, i1 false, null}
!7 = !{!6}

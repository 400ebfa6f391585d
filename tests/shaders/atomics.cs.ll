; Groups of 64 threads. Each thread reads dword T (its thread id) of a raw buffer (u0), adds it to a
; groupshared sum and, after a barrier, writes the group's sum to element T of a structured buffer
; (u1, stride 8) at offset 0 and the group's largest value at offset 4. u0's dword 0 is counted up by
; one for each thread in the end, by an atomic on the resource.
target datalayout = "e-m:e-p:32:32-i1:32-i8:32-i16:32-i32:32-i64:64-f16:32-f32:32-f64:64-n8:16:32:64"
target triple = "dxil-ms-dx"

%dx.types.Handle = type { i8* }
%dx.types.ResRet.i32 = type { i32, i32, i32, i32, i32 }
%raw = type { i32 }
%structured = type { [2 x i32] }

@sum = internal addrspace(3) global i32 undef, align 4
@largest = internal addrspace(3) global [2 x i32] undef, align 4

define void @main() {
entry:
  %u0 = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 1, i32 0, i32 0, i1 false)
  %u1 = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 1, i32 1, i32 1, i1 false)
  %thread = call i32 @dx.op.threadId.i32(i32 93, i32 0)
  %local = call i32 @dx.op.flattenedThreadIdInGroup.i32(i32 96)
  %offset = shl i32 %thread, 2
  %loaded = call %dx.types.ResRet.i32 @dx.op.bufferLoad.i32(i32 68, %dx.types.Handle %u0, i32 %offset, i32 undef)
  %value = extractvalue %dx.types.ResRet.i32 %loaded, 0
  %maximum = getelementptr [2 x i32], [2 x i32] addrspace(3)* @largest, i32 0, i32 1
  %first = icmp eq i32 %local, 0
  br i1 %first, label %clear, label %ready

clear:
  store i32 0, i32 addrspace(3)* @sum, align 4
  store i32 0, i32 addrspace(3)* %maximum, align 4
  br label %ready

ready:
  call void @dx.op.barrier(i32 80, i32 9)
  %0 = atomicrmw add i32 addrspace(3)* @sum, i32 %value monotonic
  br label %try

try:
  %seen = load i32, i32 addrspace(3)* %maximum, align 4
  %larger = icmp ugt i32 %value, %seen
  br i1 %larger, label %swap, label %wait

swap:
  %pair = cmpxchg i32 addrspace(3)* %maximum, i32 %seen, i32 %value monotonic monotonic
  %swapped = extractvalue { i32, i1 } %pair, 1
  br i1 %swapped, label %wait, label %try

wait:
  call void @dx.op.barrier(i32 80, i32 9)
  %total = load i32, i32 addrspace(3)* @sum, align 4
  %top = load i32, i32 addrspace(3)* %maximum, align 4
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %thread, i32 0, i32 %total, i32 %top, i32 undef, i32 undef, i8 3)
  %1 = call i32 @dx.op.atomicBinOp.i32(i32 78, %dx.types.Handle %u0, i32 0, i32 0, i32 undef, i32 undef, i32 1)
  ret void
}

declare %dx.types.Handle @dx.op.createHandle(i32, i8, i32, i32, i1) #0
declare i32 @dx.op.threadId.i32(i32, i32) #1
declare i32 @dx.op.flattenedThreadIdInGroup.i32(i32) #1
declare %dx.types.ResRet.i32 @dx.op.bufferLoad.i32(i32, %dx.types.Handle, i32, i32) #0
declare void @dx.op.bufferStore.i32(i32, %dx.types.Handle, i32, i32, i32, i32, i32, i32, i8) #3
declare i32 @dx.op.atomicBinOp.i32(i32, %dx.types.Handle, i32, i32, i32, i32, i32) #3
declare void @dx.op.barrier(i32, i32) #2

attributes #0 = { nounwind readonly }
attributes #1 = { nounwind readnone }
attributes #2 = { noduplicate nounwind }
attributes #3 = { nounwind }

!dx.version = !{!0}
!dx.shaderModel = !{!1}
!dx.resources = !{!3}
!dx.entryPoints = !{!2}

!0 = !{i32 1, i32 0}
!1 = !{!"cs", i32 6, i32 0}
!2 = !{void ()* @main, !"main", null, !3, !4}
!3 = !{null, !5, null, null}
!4 = !{i32 0, i64 16, i32 4, !6}
!5 = !{!7, !8}
!6 = !{i32 64, i32 1, i32 1}
!7 = !{i32 0, %raw* undef, !"", i32 0, i32 0, i32 1, i32 11, i1 false, i1 false, i1 false, null}
!8 = !{i32 1, %structured* undef, !"", i32 0, i32 1, i32 1, i32 12, i1 false, i1 false, i1 false, !9}
!9 = !{i32 1, i32 8}

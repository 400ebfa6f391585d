; One group of 100 threads adds up the first 100 dwords of a raw buffer (u0), in rounds with a barrier
; in each. Thread T writes the sum and the number of rounds to dwords 2 T … of another (u1).
target datalayout = "e-m:e-p:32:32-i1:32-i8:32-i16:32-i32:32-i64:64-f16:32-f32:32-f64:64-n8:16:32:64"
target triple = "dxil-ms-dx"

%dx.types.Handle = type { i8* }
%dx.types.ResRet.i32 = type { i32, i32, i32, i32, i32 }
%raw = type { i32 }

@sums = internal addrspace(3) global [100 x i32] undef, align 4

define void @main() {
entry:
  %u0 = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 1, i32 0, i32 0, i1 false)
  %u1 = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 1, i32 1, i32 1, i1 false)
  %t = call i32 @dx.op.threadId.i32(i32 93, i32 0)
  %in = shl i32 %t, 2
  %loaded = call %dx.types.ResRet.i32 @dx.op.bufferLoad.i32(i32 68, %dx.types.Handle %u0, i32 %in, i32 undef)
  %v = extractvalue %dx.types.ResRet.i32 %loaded, 0
  %mine = getelementptr [100 x i32], [100 x i32] addrspace(3)* @sums, i32 0, i32 %t
  store i32 %v, i32 addrspace(3)* %mine, align 4
  call void @dx.op.barrier(i32 80, i32 9)
  br label %round

round:
  %half = phi i32 [ 64, %entry ], [ %next, %together ]
  %rounds = phi i32 [ 0, %entry ], [ %rounds1, %together ]
  %other.t = add i32 %t, %half
  %adds = icmp ult i32 %t, %half
  %there = icmp ult i32 %other.t, 100
  %both = and i1 %adds, %there
  br i1 %both, label %add, label %together

add:
  %other = getelementptr [100 x i32], [100 x i32] addrspace(3)* @sums, i32 0, i32 %other.t
  %a = load i32, i32 addrspace(3)* %mine, align 4
  %b = load i32, i32 addrspace(3)* %other, align 4
  %c = add i32 %a, %b
  store i32 %c, i32 addrspace(3)* %mine, align 4
  br label %together

together:
  %rounds1 = add i32 %rounds, 1
  call void @dx.op.barrier(i32 80, i32 9)
  %next = lshr i32 %half, 1
  %more = icmp ne i32 %next, 0
  br i1 %more, label %round, label %done

done:
  %first = getelementptr [100 x i32], [100 x i32] addrspace(3)* @sums, i32 0, i32 0
  %total = load i32, i32 addrspace(3)* %first, align 4
  %at = shl i32 %t, 3
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %at, i32 undef, i32 %total, i32 %rounds1, i32 undef, i32 undef, i8 3)
  ret void
}

declare %dx.types.Handle @dx.op.createHandle(i32, i8, i32, i32, i1)
declare i32 @dx.op.threadId.i32(i32, i32)
declare %dx.types.ResRet.i32 @dx.op.bufferLoad.i32(i32, %dx.types.Handle, i32, i32)
declare void @dx.op.bufferStore.i32(i32, %dx.types.Handle, i32, i32, i32, i32, i32, i32, i8)
declare void @dx.op.barrier(i32, i32)

!dx.version = !{!0}
!dx.shaderModel = !{!1}
!dx.resources = !{!3}
!dx.entryPoints = !{!2}

!0 = !{i32 1, i32 0}
!1 = !{!"cs", i32 6, i32 0}
!2 = !{void ()* @main, !"main", null, !3, !4}
!3 = !{null, !6, null, null}
!4 = !{i32 0, i64 16, i32 4, !5}
!5 = !{i32 100, i32 1, i32 1}
!6 = !{!7, !8}
!7 = !{i32 0, %raw* undef, !"", i32 0, i32 0, i32 1, i32 11, i1 false, i1 false, i1 false, null}
!8 = !{i32 1, %raw* undef, !"", i32 0, i32 1, i32 1, i32 11, i1 false, i1 false, i1 false, null}

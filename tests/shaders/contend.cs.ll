; Every thread T does each atomic operation on place N of a raw buffer (u0, dwords), a structured one
; (u1, 8 bytes, the second dword) and typed ones, of UINT (u2) and SINT (u3):
; 0 add T, 1 and ~(1 << T % 32), 2 or 1 << T % 32, 3 xor T, 4 and 5 signed minimum and maximum of T - 100,
; 6 and 7 unsigned minimum and maximum of T, 8 exchange with T.
target datalayout = "e-m:e-p:32:32-i1:32-i8:32-i16:32-i32:32-i64:64-f16:32-f32:32-f64:64-n8:16:32:64"
target triple = "dxil-ms-dx"

%dx.types.Handle = type { i8* }
%raw = type { i32 }
%structured = type { [2 x i32] }
%typed = type { i32 }

define void @main() {
entry:
  %u0 = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 1, i32 0, i32 0, i1 false)
  %u1 = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 1, i32 1, i32 1, i1 false)
  %u2 = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 1, i32 2, i32 2, i1 false)
  %u3 = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 1, i32 3, i32 3, i1 false)
  %thread = call i32 @dx.op.threadId.i32(i32 93, i32 0)
  %signed = sub i32 %thread, 100
  %place = and i32 %thread, 31
  %bit = shl i32 1, %place
  %inverse = xor i32 %bit, -1
  %0 = call i32 @dx.op.atomicBinOp.i32(i32 78, %dx.types.Handle %u0, i32 0, i32 0, i32 undef, i32 undef, i32 %thread)
  %1 = call i32 @dx.op.atomicBinOp.i32(i32 78, %dx.types.Handle %u0, i32 1, i32 4, i32 undef, i32 undef, i32 %inverse)
  %2 = call i32 @dx.op.atomicBinOp.i32(i32 78, %dx.types.Handle %u0, i32 2, i32 8, i32 undef, i32 undef, i32 %bit)
  %3 = call i32 @dx.op.atomicBinOp.i32(i32 78, %dx.types.Handle %u0, i32 3, i32 12, i32 undef, i32 undef, i32 %thread)
  %4 = call i32 @dx.op.atomicBinOp.i32(i32 78, %dx.types.Handle %u0, i32 4, i32 16, i32 undef, i32 undef, i32 %signed)
  %5 = call i32 @dx.op.atomicBinOp.i32(i32 78, %dx.types.Handle %u0, i32 5, i32 20, i32 undef, i32 undef, i32 %signed)
  %6 = call i32 @dx.op.atomicBinOp.i32(i32 78, %dx.types.Handle %u0, i32 6, i32 24, i32 undef, i32 undef, i32 %thread)
  %7 = call i32 @dx.op.atomicBinOp.i32(i32 78, %dx.types.Handle %u0, i32 7, i32 28, i32 undef, i32 undef, i32 %thread)
  %8 = call i32 @dx.op.atomicBinOp.i32(i32 78, %dx.types.Handle %u0, i32 8, i32 32, i32 undef, i32 undef, i32 %thread)
  %9 = call i32 @dx.op.atomicBinOp.i32(i32 78, %dx.types.Handle %u1, i32 0, i32 0, i32 4, i32 undef, i32 %thread)
  %10 = call i32 @dx.op.atomicBinOp.i32(i32 78, %dx.types.Handle %u1, i32 1, i32 1, i32 4, i32 undef, i32 %inverse)
  %11 = call i32 @dx.op.atomicBinOp.i32(i32 78, %dx.types.Handle %u1, i32 2, i32 2, i32 4, i32 undef, i32 %bit)
  %12 = call i32 @dx.op.atomicBinOp.i32(i32 78, %dx.types.Handle %u1, i32 3, i32 3, i32 4, i32 undef, i32 %thread)
  %13 = call i32 @dx.op.atomicBinOp.i32(i32 78, %dx.types.Handle %u1, i32 4, i32 4, i32 4, i32 undef, i32 %signed)
  %14 = call i32 @dx.op.atomicBinOp.i32(i32 78, %dx.types.Handle %u1, i32 5, i32 5, i32 4, i32 undef, i32 %signed)
  %15 = call i32 @dx.op.atomicBinOp.i32(i32 78, %dx.types.Handle %u1, i32 6, i32 6, i32 4, i32 undef, i32 %thread)
  %16 = call i32 @dx.op.atomicBinOp.i32(i32 78, %dx.types.Handle %u1, i32 7, i32 7, i32 4, i32 undef, i32 %thread)
  %17 = call i32 @dx.op.atomicBinOp.i32(i32 78, %dx.types.Handle %u1, i32 8, i32 8, i32 4, i32 undef, i32 %thread)
  %18 = call i32 @dx.op.atomicBinOp.i32(i32 78, %dx.types.Handle %u2, i32 0, i32 0, i32 undef, i32 undef, i32 %thread)
  %19 = call i32 @dx.op.atomicBinOp.i32(i32 78, %dx.types.Handle %u2, i32 1, i32 1, i32 undef, i32 undef, i32 %inverse)
  %20 = call i32 @dx.op.atomicBinOp.i32(i32 78, %dx.types.Handle %u2, i32 2, i32 2, i32 undef, i32 undef, i32 %bit)
  %21 = call i32 @dx.op.atomicBinOp.i32(i32 78, %dx.types.Handle %u2, i32 3, i32 3, i32 undef, i32 undef, i32 %thread)
  %22 = call i32 @dx.op.atomicBinOp.i32(i32 78, %dx.types.Handle %u2, i32 4, i32 4, i32 undef, i32 undef, i32 %signed)
  %23 = call i32 @dx.op.atomicBinOp.i32(i32 78, %dx.types.Handle %u2, i32 5, i32 5, i32 undef, i32 undef, i32 %signed)
  %24 = call i32 @dx.op.atomicBinOp.i32(i32 78, %dx.types.Handle %u2, i32 6, i32 6, i32 undef, i32 undef, i32 %thread)
  %25 = call i32 @dx.op.atomicBinOp.i32(i32 78, %dx.types.Handle %u2, i32 7, i32 7, i32 undef, i32 undef, i32 %thread)
  %26 = call i32 @dx.op.atomicBinOp.i32(i32 78, %dx.types.Handle %u2, i32 8, i32 8, i32 undef, i32 undef, i32 %thread)
  %27 = call i32 @dx.op.atomicBinOp.i32(i32 78, %dx.types.Handle %u3, i32 0, i32 0, i32 undef, i32 undef, i32 %thread)
  %28 = call i32 @dx.op.atomicBinOp.i32(i32 78, %dx.types.Handle %u3, i32 1, i32 1, i32 undef, i32 undef, i32 %inverse)
  %29 = call i32 @dx.op.atomicBinOp.i32(i32 78, %dx.types.Handle %u3, i32 2, i32 2, i32 undef, i32 undef, i32 %bit)
  %30 = call i32 @dx.op.atomicBinOp.i32(i32 78, %dx.types.Handle %u3, i32 3, i32 3, i32 undef, i32 undef, i32 %thread)
  %31 = call i32 @dx.op.atomicBinOp.i32(i32 78, %dx.types.Handle %u3, i32 4, i32 4, i32 undef, i32 undef, i32 %signed)
  %32 = call i32 @dx.op.atomicBinOp.i32(i32 78, %dx.types.Handle %u3, i32 5, i32 5, i32 undef, i32 undef, i32 %signed)
  %33 = call i32 @dx.op.atomicBinOp.i32(i32 78, %dx.types.Handle %u3, i32 6, i32 6, i32 undef, i32 undef, i32 %thread)
  %34 = call i32 @dx.op.atomicBinOp.i32(i32 78, %dx.types.Handle %u3, i32 7, i32 7, i32 undef, i32 undef, i32 %thread)
  %35 = call i32 @dx.op.atomicBinOp.i32(i32 78, %dx.types.Handle %u3, i32 8, i32 8, i32 undef, i32 undef, i32 %thread)
  ret void
}

declare %dx.types.Handle @dx.op.createHandle(i32, i8, i32, i32, i1)
declare i32 @dx.op.threadId.i32(i32, i32)
declare i32 @dx.op.atomicBinOp.i32(i32, %dx.types.Handle, i32, i32, i32, i32, i32)

!dx.version = !{!0}
!dx.shaderModel = !{!1}
!dx.resources = !{!3}
!dx.entryPoints = !{!2}

!0 = !{i32 1, i32 0}
!1 = !{!"cs", i32 6, i32 0}
!2 = !{void ()* @main, !"main", null, !3, !4}
!3 = !{null, !11, null, null}
!4 = !{i32 0, i64 16, i32 4, !5}
!5 = !{i32 64, i32 1, i32 1}
!6 = !{i32 0, %raw* undef, !"", i32 0, i32 0, i32 1, i32 11, i1 false, i1 false, i1 false, null}
!7 = !{i32 1, i32 8}
!8 = !{i32 1, %structured* undef, !"", i32 0, i32 1, i32 1, i32 12, i1 false, i1 false, i1 false, !7}
!9 = !{i32 0, i32 5}
!10 = !{i32 2, %typed* undef, !"", i32 0, i32 2, i32 1, i32 10, i1 false, i1 false, i1 false, !9}
!11 = !{!6, !8, !10, !13}
!12 = !{i32 0, i32 4}
!13 = !{i32 3, %typed* undef, !"", i32 0, i32 3, i32 1, i32 10, i1 false, i1 false, i1 false, !12}

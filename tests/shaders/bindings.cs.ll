; The handles of shader model 6.6. Thread T of 32 writes to dwords 8 T … of a raw buffer (u1):
;    0 dword T of u0
;    1 dword T of u(4 + T % 4), 0 beyond its end
;    2 low dword of the 64-bit word at byte 4 of structure T of t0, plus 1
;    3 row T, y, of the constant buffer at place 16 of the heap, 0 beyond its end
;    7 T
target datalayout = "e-m:e-p:32:32-i1:32-i8:32-i16:32-i32:32-i64:64-f16:32-f32:32-f64:64-n8:16:32:64"
target triple = "dxil-ms-dx"

%dx.types.Handle = type { i8* }
%dx.types.ResRet.i32 = type { i32, i32, i32, i32, i32 }
%dx.types.CBufRet.i32 = type { i32, i32, i32, i32 }
%dx.types.ResRet.i64 = type { i64, i64, i64, i64, i32 }
%dx.types.ResBind = type { i32, i32, i32, i8 }
%dx.types.ResourceProperties = type { i32, i32 }
%raw = type { i32 }
%structured = type { [3 x i32] }

define void @main() {
entry:
  %t = call i32 @dx.op.threadId.i32(i32 93, i32 0)
  %four = and i32 %t, 3
  %which = add i32 %four, 4
  %in = shl i32 %t, 2
  %u0.b = call %dx.types.Handle @dx.op.createHandleFromBinding(i32 217, %dx.types.ResBind { i32 0, i32 0, i32 0, i8 1 }, i32 0, i1 false)
  %u0 = call %dx.types.Handle @dx.op.annotateHandle(i32 216, %dx.types.Handle %u0.b, %dx.types.ResourceProperties { i32 4107, i32 0 })
  %u1.b = call %dx.types.Handle @dx.op.createHandleFromBinding(i32 217, %dx.types.ResBind { i32 1, i32 1, i32 0, i8 1 }, i32 1, i1 false)
  %u1 = call %dx.types.Handle @dx.op.annotateHandle(i32 216, %dx.types.Handle %u1.b, %dx.types.ResourceProperties { i32 4107, i32 0 })
  %any.b = call %dx.types.Handle @dx.op.createHandleFromBinding(i32 217, %dx.types.ResBind { i32 4, i32 7, i32 0, i8 1 }, i32 %which, i1 true)
  %any = call %dx.types.Handle @dx.op.annotateHandle(i32 216, %dx.types.Handle %any.b, %dx.types.ResourceProperties { i32 4107, i32 0 })
  %t0.b = call %dx.types.Handle @dx.op.createHandleFromBinding(i32 217, %dx.types.ResBind { i32 0, i32 0, i32 0, i8 0 }, i32 0, i1 false)
  %t0 = call %dx.types.Handle @dx.op.annotateHandle(i32 216, %dx.types.Handle %t0.b, %dx.types.ResourceProperties { i32 12, i32 12 })
  %heap.b = call %dx.types.Handle @dx.op.createHandleFromHeap(i32 218, i32 16, i1 false, i1 false)
  %heap = call %dx.types.Handle @dx.op.annotateHandle(i32 216, %dx.types.Handle %heap.b, %dx.types.ResourceProperties { i32 13, i32 64 })
  %base = mul i32 %t, 32
  %c0 = call %dx.types.ResRet.i32 @dx.op.rawBufferLoad.i32(i32 139, %dx.types.Handle %u0, i32 %in, i32 undef, i8 1, i32 4)
  %r0 = extractvalue %dx.types.ResRet.i32 %c0, 0
  %o0 = add i32 %base, 0
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o0, i32 undef, i32 %r0, i32 undef, i32 undef, i32 undef, i8 1)
  %c1 = call %dx.types.ResRet.i32 @dx.op.rawBufferLoad.i32(i32 139, %dx.types.Handle %any, i32 %in, i32 undef, i8 1, i32 4)
  %r1 = extractvalue %dx.types.ResRet.i32 %c1, 0
  %o1 = add i32 %base, 4
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o1, i32 undef, i32 %r1, i32 undef, i32 undef, i32 undef, i8 1)
  %c2 = call %dx.types.ResRet.i64 @dx.op.rawBufferLoad.i64(i32 139, %dx.types.Handle %t0, i32 %t, i32 4, i8 1, i32 4)
  %q2 = extractvalue %dx.types.ResRet.i64 %c2, 0
  %p2 = add i64 %q2, 1
  %r2 = trunc i64 %p2 to i32
  %o2 = add i32 %base, 8
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o2, i32 undef, i32 %r2, i32 undef, i32 undef, i32 undef, i8 1)
  %c3 = call %dx.types.CBufRet.i32 @dx.op.cbufferLoadLegacy.i32(i32 59, %dx.types.Handle %heap, i32 %t)
  %r3 = extractvalue %dx.types.CBufRet.i32 %c3, 1
  %o3 = add i32 %base, 12
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o3, i32 undef, i32 %r3, i32 undef, i32 undef, i32 undef, i8 1)
  %last = add i32 %base, 28
  call void @dx.op.rawBufferStore.i32(i32 140, %dx.types.Handle %u1, i32 %last, i32 undef, i32 %t, i32 undef, i32 undef, i32 undef, i8 1, i32 4)
  ret void
}

declare i32 @dx.op.threadId.i32(i32, i32)
declare void @dx.op.bufferStore.i32(i32, %dx.types.Handle, i32, i32, i32, i32, i32, i32, i8)
declare %dx.types.CBufRet.i32 @dx.op.cbufferLoadLegacy.i32(i32, %dx.types.Handle, i32)
declare %dx.types.Handle @dx.op.createHandleFromBinding(i32, %dx.types.ResBind, i32, i1)
declare %dx.types.Handle @dx.op.createHandleFromHeap(i32, i32, i1, i1)
declare %dx.types.Handle @dx.op.annotateHandle(i32, %dx.types.Handle, %dx.types.ResourceProperties)
declare %dx.types.ResRet.i32 @dx.op.rawBufferLoad.i32(i32, %dx.types.Handle, i32, i32, i8, i32)
declare %dx.types.ResRet.i64 @dx.op.rawBufferLoad.i64(i32, %dx.types.Handle, i32, i32, i8, i32)
declare void @dx.op.rawBufferStore.i32(i32, %dx.types.Handle, i32, i32, i32, i32, i32, i32, i8, i32)

!dx.version = !{!0}
!dx.shaderModel = !{!1}
!dx.resources = !{!3}
!dx.entryPoints = !{!2}

!0 = !{i32 1, i32 0}
!1 = !{!"cs", i32 6, i32 0}
!2 = !{void ()* @main, !"main", null, !3, !4}
!3 = !{!6, !7, null, null}
!4 = !{i32 0, i64 16, i32 4, !5}
!5 = !{i32 32, i32 1, i32 1}
!6 = !{!8}
!7 = !{!9, !10, !11}
!8 = !{i32 0, %structured* undef, !"", i32 0, i32 0, i32 1, i32 12, i32 0, !12}
!9 = !{i32 0, %raw* undef, !"", i32 0, i32 0, i32 1, i32 11, i1 false, i1 false, i1 false, null}
!10 = !{i32 1, %raw* undef, !"", i32 0, i32 1, i32 1, i32 11, i1 false, i1 false, i1 false, null}
!11 = !{i32 2, %raw* undef, !"", i32 0, i32 4, i32 4, i32 11, i1 false, i1 false, i1 false, null}
!12 = !{i32 1, i32 12}

; Thread T reads six dwords at 24 T of a raw buffer (u0): 64-bit integers p and q, floats f and g,
; which are also made doubles x, y and halves h, k. It writes to dwords 24 T … of another (u1):
;    0 p * q, low dword
;    1 p * q, high dword
;    2 p / q, unsigned, low dword
;    3 p / q, unsigned, high dword
;    4 p % q, low dword
;    5 p % q, high dword
;    6 p << q, low dword
;    7 p << q, high dword
;    8 p >> q, low dword
;    9 p >> q, high dword
;   10 p < q
;   11 x + y, as float
;   12 x / y, as float
;   13 signed p, as float
;   14 x to unsigned int
;   15 x < y
;   16 h + k
;   17 h * k
;   18 h < k
;   19 h to int
;   20 doubles[T & 3] of a private array with x, y, x + y, 0.5 in it, as float
;   21 the 16-bit integer at place T & 7 of a table
;   22 place T & 7 of groupshared words, where thread 8 n + i of a SIMD group has put its a last: any of these
target datalayout = "e-m:e-p:32:32-i1:32-i8:32-i16:32-i32:32-i64:64-f16:32-f32:32-f64:64-n8:16:32:64"
target triple = "dxil-ms-dx"

%dx.types.Handle = type { i8* }
%dx.types.ResRet.i32 = type { i32, i32, i32, i32, i32 }
%raw = type { i32 }

@shorts = internal unnamed_addr constant [8 x i16] [i16 1, i16 -2, i16 300, i16 -400, i16 5, i16 6, i16 7, i16 -8], align 2
@words = internal addrspace(3) global [8 x i32] undef, align 4

define void @main() {
entry:
  %u0 = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 1, i32 0, i32 0, i1 false)
  %u1 = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 1, i32 1, i32 1, i1 false)
  %t = call i32 @dx.op.threadId.i32(i32 93, i32 0)
  %in = mul i32 %t, 24
  %in4 = add i32 %in, 16
  %v = call %dx.types.ResRet.i32 @dx.op.bufferLoad.i32(i32 68, %dx.types.Handle %u0, i32 %in, i32 undef)
  %a = extractvalue %dx.types.ResRet.i32 %v, 0
  %b = extractvalue %dx.types.ResRet.i32 %v, 1
  %c = extractvalue %dx.types.ResRet.i32 %v, 2
  %e = extractvalue %dx.types.ResRet.i32 %v, 3
  %v4 = call %dx.types.ResRet.i32 @dx.op.bufferLoad.i32(i32 68, %dx.types.Handle %u0, i32 %in4, i32 undef)
  %fi = extractvalue %dx.types.ResRet.i32 %v4, 0
  %gi = extractvalue %dx.types.ResRet.i32 %v4, 1
  %f = bitcast i32 %fi to float
  %g = bitcast i32 %gi to float
  %pl = zext i32 %a to i64
  %ph = zext i32 %b to i64
  %phs = shl i64 %ph, 32
  %p = or i64 %pl, %phs
  %ql = zext i32 %c to i64
  %qh = zext i32 %e to i64
  %qhs = shl i64 %qh, 32
  %q = or i64 %ql, %qhs
  %x = fpext float %f to double
  %y = fpext float %g to double
  %h = fptrunc float %f to half
  %k = fptrunc float %g to half
  %array = alloca [4 x double], align 8
  %e0 = getelementptr [4 x double], [4 x double]* %array, i32 0, i32 0
  %e1 = getelementptr [4 x double], [4 x double]* %array, i32 0, i32 1
  %e2 = getelementptr [4 x double], [4 x double]* %array, i32 0, i32 2
  %e3 = getelementptr [4 x double], [4 x double]* %array, i32 0, i32 3
  %xy = fadd double %x, %y
  store double %x, double* %e0, align 8
  store double %y, double* %e1, align 8
  store double %xy, double* %e2, align 8
  store double 5.0e-01, double* %e3, align 8
  %base = mul i32 %t, 96
  %w0 = mul i64 %p, %q
  %r0 = trunc i64 %w0 to i32
  %o0 = add i32 %base, 0
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o0, i32 undef, i32 %r0, i32 undef, i32 undef, i32 undef, i8 1)
  %w1 = mul i64 %p, %q
  %h1 = lshr i64 %w1, 32
  %r1 = trunc i64 %h1 to i32
  %o1 = add i32 %base, 4
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o1, i32 undef, i32 %r1, i32 undef, i32 undef, i32 undef, i8 1)
  %w2 = udiv i64 %p, %q
  %r2 = trunc i64 %w2 to i32
  %o2 = add i32 %base, 8
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o2, i32 undef, i32 %r2, i32 undef, i32 undef, i32 undef, i8 1)
  %w3 = udiv i64 %p, %q
  %h3 = lshr i64 %w3, 32
  %r3 = trunc i64 %h3 to i32
  %o3 = add i32 %base, 12
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o3, i32 undef, i32 %r3, i32 undef, i32 undef, i32 undef, i8 1)
  %w4 = srem i64 %p, %q
  %r4 = trunc i64 %w4 to i32
  %o4 = add i32 %base, 16
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o4, i32 undef, i32 %r4, i32 undef, i32 undef, i32 undef, i8 1)
  %w5 = srem i64 %p, %q
  %h5 = lshr i64 %w5, 32
  %r5 = trunc i64 %h5 to i32
  %o5 = add i32 %base, 20
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o5, i32 undef, i32 %r5, i32 undef, i32 undef, i32 undef, i8 1)
  %w6 = shl i64 %p, %q
  %r6 = trunc i64 %w6 to i32
  %o6 = add i32 %base, 24
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o6, i32 undef, i32 %r6, i32 undef, i32 undef, i32 undef, i8 1)
  %w7 = shl i64 %p, %q
  %h7 = lshr i64 %w7, 32
  %r7 = trunc i64 %h7 to i32
  %o7 = add i32 %base, 28
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o7, i32 undef, i32 %r7, i32 undef, i32 undef, i32 undef, i8 1)
  %w8 = ashr i64 %p, %q
  %r8 = trunc i64 %w8 to i32
  %o8 = add i32 %base, 32
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o8, i32 undef, i32 %r8, i32 undef, i32 undef, i32 undef, i8 1)
  %w9 = ashr i64 %p, %q
  %h9 = lshr i64 %w9, 32
  %r9 = trunc i64 %h9 to i32
  %o9 = add i32 %base, 36
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o9, i32 undef, i32 %r9, i32 undef, i32 undef, i32 undef, i8 1)
  %r10 = icmp slt i64 %p, %q
  %i10 = zext i1 %r10 to i32
  %o10 = add i32 %base, 40
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o10, i32 undef, i32 %i10, i32 undef, i32 undef, i32 undef, i8 1)
  %x11 = fadd double %x, %y
  %r11 = fptrunc double %x11 to float
  %i11 = bitcast float %r11 to i32
  %o11 = add i32 %base, 44
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o11, i32 undef, i32 %i11, i32 undef, i32 undef, i32 undef, i8 1)
  %x12 = fdiv double %x, %y
  %r12 = fptrunc double %x12 to float
  %i12 = bitcast float %r12 to i32
  %o12 = add i32 %base, 48
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o12, i32 undef, i32 %i12, i32 undef, i32 undef, i32 undef, i8 1)
  %x13 = sitofp i64 %p to double
  %r13 = fptrunc double %x13 to float
  %i13 = bitcast float %r13 to i32
  %o13 = add i32 %base, 52
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o13, i32 undef, i32 %i13, i32 undef, i32 undef, i32 undef, i8 1)
  %r14 = fptoui double %x to i32
  %o14 = add i32 %base, 56
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o14, i32 undef, i32 %r14, i32 undef, i32 undef, i32 undef, i8 1)
  %r15 = fcmp olt double %x, %y
  %i15 = zext i1 %r15 to i32
  %o15 = add i32 %base, 60
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o15, i32 undef, i32 %i15, i32 undef, i32 undef, i32 undef, i8 1)
  %z16 = fadd half %h, %k
  %r16 = fpext half %z16 to float
  %i16 = bitcast float %r16 to i32
  %o16 = add i32 %base, 64
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o16, i32 undef, i32 %i16, i32 undef, i32 undef, i32 undef, i8 1)
  %z17 = fmul half %h, %k
  %r17 = fpext half %z17 to float
  %i17 = bitcast float %r17 to i32
  %o17 = add i32 %base, 68
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o17, i32 undef, i32 %i17, i32 undef, i32 undef, i32 undef, i8 1)
  %r18 = fcmp olt half %h, %k
  %i18 = zext i1 %r18 to i32
  %o18 = add i32 %base, 72
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o18, i32 undef, i32 %i18, i32 undef, i32 undef, i32 undef, i8 1)
  %r19 = fptosi half %h to i32
  %o19 = add i32 %base, 76
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o19, i32 undef, i32 %r19, i32 undef, i32 undef, i32 undef, i8 1)
  %at20 = and i32 %t, 3
  %g20 = getelementptr [4 x double], [4 x double]* %array, i32 0, i32 %at20
  %x20 = load double, double* %g20, align 8
  %r20 = fptrunc double %x20 to float
  %i20 = bitcast float %r20 to i32
  %o20 = add i32 %base, 80
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o20, i32 undef, i32 %i20, i32 undef, i32 undef, i32 undef, i8 1)
  %at21 = and i32 %t, 7
  %g21 = getelementptr [8 x i16], [8 x i16]* @shorts, i32 0, i32 %at21
  %x21 = load i16, i16* %g21, align 2
  %r21 = sext i16 %x21 to i32
  %o21 = add i32 %base, 84
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o21, i32 undef, i32 %r21, i32 undef, i32 undef, i32 undef, i8 1)
  %at22 = and i32 %t, 7
  %g22 = getelementptr [8 x i32], [8 x i32] addrspace(3)* @words, i32 0, i32 %at22
  store i32 %a, i32 addrspace(3)* %g22, align 4
  %r22 = load i32, i32 addrspace(3)* %g22, align 4
  %o22 = add i32 %base, 88
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o22, i32 undef, i32 %r22, i32 undef, i32 undef, i32 undef, i8 1)
  ret void
}

declare %dx.types.Handle @dx.op.createHandle(i32, i8, i32, i32, i1)
declare i32 @dx.op.threadId.i32(i32, i32)
declare %dx.types.ResRet.i32 @dx.op.bufferLoad.i32(i32, %dx.types.Handle, i32, i32)
declare void @dx.op.bufferStore.i32(i32, %dx.types.Handle, i32, i32, i32, i32, i32, i32, i8)

!dx.version = !{!0}
!dx.shaderModel = !{!1}
!dx.resources = !{!3}
!dx.entryPoints = !{!2}

!0 = !{i32 1, i32 0}
!1 = !{!"cs", i32 6, i32 0}
!2 = !{void ()* @main, !"main", null, !3, !4}
!3 = !{null, !6, null, null}
!4 = !{i32 0, i64 16, i32 4, !5}
!5 = !{i32 16, i32 1, i32 1}
!6 = !{!7, !8}
!7 = !{i32 0, %raw* undef, !"", i32 0, i32 0, i32 1, i32 11, i1 false, i1 false, i1 false, null}
!8 = !{i32 1, %raw* undef, !"", i32 0, i32 1, i32 1, i32 11, i1 false, i1 false, i1 false, null}

; Thread T reads five dwords at 20 T of a raw buffer (u0): integers a, b, c, floats f, g. It writes to
; dwords 56 T … of another (u1):
;    0 a / b, unsigned
;    1 a / b
;    2 a % b, unsigned
;    3 a % b
;    4 a << b
;    5 a >> b, unsigned
;    6 a >> b
;    7 IMax(a, b)
;    8 IMin(a, b)
;    9 UMax(a, b)
;   10 UMin(a, b)
;   11 Ibfe(a, b, c)
;   12 Ubfe(a, b, c)
;   13 IMad(a, b, c)
;   14 Msad(a, b, c)
;   15 Bfi(a, b, c, 0x12345678)
;   16 Bfrev(a)
;   17 Countbits(a)
;   18 FirstbitLo(a)
;   19 FirstbitHi(a)
;   20 FirstbitSHi(a)
;   21 Dot4AddI8Packed(a, b, c)
;   22 Dot4AddU8Packed(a, b, c)
;   23 f to int
;   24 f to unsigned int
;   25 a to float
;   26 a, unsigned, to float
;   27 f + g
;   28 f - g
;   29 f * g
;   30 f / g
;   31 FMax(f, g)
;   32 FMin(f, g)
;   33 FAbs(f)
;   34 Saturate(f)
;   35 Frc(f)
;   36 Sqrt(f)
;   37 Rsqrt(f)
;   38 Round_ne(f)
;   39 Round_ni(f)
;   40 Round_pi(f)
;   41 Round_z(f)
;   42 Exp(f)
;   43 Log(f)
;   44 Sin(f)
;   45 Cos(f)
;   46 IsNaN(f)
;   47 IsInf(f)
;   48 IsFinite(f)
;   49 f < g
;   50 not f == g
;   51 LegacyF32ToF16(f)
;   52 LegacyF16ToF32(a)
;   53 high half of the double made of a (low) and b, times 1.5, plus 0.25 (fused)
;   54 high half of (sext a) * (sext b)
;   55 16-bit a * b, sign-extended
target datalayout = "e-m:e-p:32:32-i1:32-i8:32-i16:32-i32:32-i64:64-f16:32-f32:32-f64:64-n8:16:32:64"
target triple = "dxil-ms-dx"

%dx.types.Handle = type { i8* }
%dx.types.ResRet.i32 = type { i32, i32, i32, i32, i32 }
%dx.types.splitdouble = type { i32, i32 }
%raw = type { i32 }

define void @main() {
entry:
  %u0 = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 1, i32 0, i32 0, i1 false)
  %u1 = call %dx.types.Handle @dx.op.createHandle(i32 57, i8 1, i32 1, i32 1, i1 false)
  %t = call i32 @dx.op.threadId.i32(i32 93, i32 0)
  %in = mul i32 %t, 20
  %in4 = add i32 %in, 16
  %v = call %dx.types.ResRet.i32 @dx.op.bufferLoad.i32(i32 68, %dx.types.Handle %u0, i32 %in, i32 undef)
  %a = extractvalue %dx.types.ResRet.i32 %v, 0
  %b = extractvalue %dx.types.ResRet.i32 %v, 1
  %c = extractvalue %dx.types.ResRet.i32 %v, 2
  %fi = extractvalue %dx.types.ResRet.i32 %v, 3
  %v4 = call %dx.types.ResRet.i32 @dx.op.bufferLoad.i32(i32 68, %dx.types.Handle %u0, i32 %in4, i32 undef)
  %gi = extractvalue %dx.types.ResRet.i32 %v4, 0
  %f = bitcast i32 %fi to float
  %g = bitcast i32 %gi to float
  %base = mul i32 %t, 224
  %r0 = udiv i32 %a, %b
  %o0 = add i32 %base, 0
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o0, i32 undef, i32 %r0, i32 undef, i32 undef, i32 undef, i8 1)
  %r1 = sdiv i32 %a, %b
  %o1 = add i32 %base, 4
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o1, i32 undef, i32 %r1, i32 undef, i32 undef, i32 undef, i8 1)
  %r2 = urem i32 %a, %b
  %o2 = add i32 %base, 8
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o2, i32 undef, i32 %r2, i32 undef, i32 undef, i32 undef, i8 1)
  %r3 = srem i32 %a, %b
  %o3 = add i32 %base, 12
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o3, i32 undef, i32 %r3, i32 undef, i32 undef, i32 undef, i8 1)
  %r4 = shl i32 %a, %b
  %o4 = add i32 %base, 16
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o4, i32 undef, i32 %r4, i32 undef, i32 undef, i32 undef, i8 1)
  %r5 = lshr i32 %a, %b
  %o5 = add i32 %base, 20
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o5, i32 undef, i32 %r5, i32 undef, i32 undef, i32 undef, i8 1)
  %r6 = ashr i32 %a, %b
  %o6 = add i32 %base, 24
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o6, i32 undef, i32 %r6, i32 undef, i32 undef, i32 undef, i8 1)
  %r7 = call i32 @dx.op.binary.i32(i32 37, i32 %a, i32 %b)
  %o7 = add i32 %base, 28
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o7, i32 undef, i32 %r7, i32 undef, i32 undef, i32 undef, i8 1)
  %r8 = call i32 @dx.op.binary.i32(i32 38, i32 %a, i32 %b)
  %o8 = add i32 %base, 32
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o8, i32 undef, i32 %r8, i32 undef, i32 undef, i32 undef, i8 1)
  %r9 = call i32 @dx.op.binary.i32(i32 39, i32 %a, i32 %b)
  %o9 = add i32 %base, 36
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o9, i32 undef, i32 %r9, i32 undef, i32 undef, i32 undef, i8 1)
  %r10 = call i32 @dx.op.binary.i32(i32 40, i32 %a, i32 %b)
  %o10 = add i32 %base, 40
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o10, i32 undef, i32 %r10, i32 undef, i32 undef, i32 undef, i8 1)
  %r11 = call i32 @dx.op.tertiary.i32(i32 51, i32 %a, i32 %b, i32 %c)
  %o11 = add i32 %base, 44
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o11, i32 undef, i32 %r11, i32 undef, i32 undef, i32 undef, i8 1)
  %r12 = call i32 @dx.op.tertiary.i32(i32 52, i32 %a, i32 %b, i32 %c)
  %o12 = add i32 %base, 48
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o12, i32 undef, i32 %r12, i32 undef, i32 undef, i32 undef, i8 1)
  %r13 = call i32 @dx.op.tertiary.i32(i32 48, i32 %a, i32 %b, i32 %c)
  %o13 = add i32 %base, 52
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o13, i32 undef, i32 %r13, i32 undef, i32 undef, i32 undef, i8 1)
  %r14 = call i32 @dx.op.tertiary.i32(i32 50, i32 %a, i32 %b, i32 %c)
  %o14 = add i32 %base, 56
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o14, i32 undef, i32 %r14, i32 undef, i32 undef, i32 undef, i8 1)
  %r15 = call i32 @dx.op.quaternary.i32(i32 53, i32 %a, i32 %b, i32 %c, i32 305419896)
  %o15 = add i32 %base, 60
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o15, i32 undef, i32 %r15, i32 undef, i32 undef, i32 undef, i8 1)
  %r16 = call i32 @dx.op.unary.i32(i32 30, i32 %a)
  %o16 = add i32 %base, 64
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o16, i32 undef, i32 %r16, i32 undef, i32 undef, i32 undef, i8 1)
  %r17 = call i32 @dx.op.unaryBits.i32(i32 31, i32 %a)
  %o17 = add i32 %base, 68
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o17, i32 undef, i32 %r17, i32 undef, i32 undef, i32 undef, i8 1)
  %r18 = call i32 @dx.op.unaryBits.i32(i32 32, i32 %a)
  %o18 = add i32 %base, 72
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o18, i32 undef, i32 %r18, i32 undef, i32 undef, i32 undef, i8 1)
  %r19 = call i32 @dx.op.unaryBits.i32(i32 33, i32 %a)
  %o19 = add i32 %base, 76
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o19, i32 undef, i32 %r19, i32 undef, i32 undef, i32 undef, i8 1)
  %r20 = call i32 @dx.op.unaryBits.i32(i32 34, i32 %a)
  %o20 = add i32 %base, 80
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o20, i32 undef, i32 %r20, i32 undef, i32 undef, i32 undef, i8 1)
  %r21 = call i32 @dx.op.dot4AddPacked(i32 163, i32 %a, i32 %b, i32 %c)
  %o21 = add i32 %base, 84
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o21, i32 undef, i32 %r21, i32 undef, i32 undef, i32 undef, i8 1)
  %r22 = call i32 @dx.op.dot4AddPacked(i32 164, i32 %a, i32 %b, i32 %c)
  %o22 = add i32 %base, 88
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o22, i32 undef, i32 %r22, i32 undef, i32 undef, i32 undef, i8 1)
  %r23 = fptosi float %f to i32
  %o23 = add i32 %base, 92
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o23, i32 undef, i32 %r23, i32 undef, i32 undef, i32 undef, i8 1)
  %r24 = fptoui float %f to i32
  %o24 = add i32 %base, 96
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o24, i32 undef, i32 %r24, i32 undef, i32 undef, i32 undef, i8 1)
  %r25 = sitofp i32 %a to float
  %i25 = bitcast float %r25 to i32
  %o25 = add i32 %base, 100
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o25, i32 undef, i32 %i25, i32 undef, i32 undef, i32 undef, i8 1)
  %r26 = uitofp i32 %a to float
  %i26 = bitcast float %r26 to i32
  %o26 = add i32 %base, 104
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o26, i32 undef, i32 %i26, i32 undef, i32 undef, i32 undef, i8 1)
  %r27 = fadd float %f, %g
  %i27 = bitcast float %r27 to i32
  %o27 = add i32 %base, 108
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o27, i32 undef, i32 %i27, i32 undef, i32 undef, i32 undef, i8 1)
  %r28 = fsub float %f, %g
  %i28 = bitcast float %r28 to i32
  %o28 = add i32 %base, 112
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o28, i32 undef, i32 %i28, i32 undef, i32 undef, i32 undef, i8 1)
  %r29 = fmul float %f, %g
  %i29 = bitcast float %r29 to i32
  %o29 = add i32 %base, 116
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o29, i32 undef, i32 %i29, i32 undef, i32 undef, i32 undef, i8 1)
  %r30 = fdiv float %f, %g
  %i30 = bitcast float %r30 to i32
  %o30 = add i32 %base, 120
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o30, i32 undef, i32 %i30, i32 undef, i32 undef, i32 undef, i8 1)
  %r31 = call float @dx.op.binary.f32(i32 35, float %f, float %g)
  %i31 = bitcast float %r31 to i32
  %o31 = add i32 %base, 124
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o31, i32 undef, i32 %i31, i32 undef, i32 undef, i32 undef, i8 1)
  %r32 = call float @dx.op.binary.f32(i32 36, float %f, float %g)
  %i32 = bitcast float %r32 to i32
  %o32 = add i32 %base, 128
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o32, i32 undef, i32 %i32, i32 undef, i32 undef, i32 undef, i8 1)
  %r33 = call float @dx.op.unary.f32(i32 6, float %f)
  %i33 = bitcast float %r33 to i32
  %o33 = add i32 %base, 132
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o33, i32 undef, i32 %i33, i32 undef, i32 undef, i32 undef, i8 1)
  %r34 = call float @dx.op.unary.f32(i32 7, float %f)
  %i34 = bitcast float %r34 to i32
  %o34 = add i32 %base, 136
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o34, i32 undef, i32 %i34, i32 undef, i32 undef, i32 undef, i8 1)
  %r35 = call float @dx.op.unary.f32(i32 22, float %f)
  %i35 = bitcast float %r35 to i32
  %o35 = add i32 %base, 140
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o35, i32 undef, i32 %i35, i32 undef, i32 undef, i32 undef, i8 1)
  %r36 = call float @dx.op.unary.f32(i32 24, float %f)
  %i36 = bitcast float %r36 to i32
  %o36 = add i32 %base, 144
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o36, i32 undef, i32 %i36, i32 undef, i32 undef, i32 undef, i8 1)
  %r37 = call float @dx.op.unary.f32(i32 25, float %f)
  %i37 = bitcast float %r37 to i32
  %o37 = add i32 %base, 148
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o37, i32 undef, i32 %i37, i32 undef, i32 undef, i32 undef, i8 1)
  %r38 = call float @dx.op.unary.f32(i32 26, float %f)
  %i38 = bitcast float %r38 to i32
  %o38 = add i32 %base, 152
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o38, i32 undef, i32 %i38, i32 undef, i32 undef, i32 undef, i8 1)
  %r39 = call float @dx.op.unary.f32(i32 27, float %f)
  %i39 = bitcast float %r39 to i32
  %o39 = add i32 %base, 156
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o39, i32 undef, i32 %i39, i32 undef, i32 undef, i32 undef, i8 1)
  %r40 = call float @dx.op.unary.f32(i32 28, float %f)
  %i40 = bitcast float %r40 to i32
  %o40 = add i32 %base, 160
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o40, i32 undef, i32 %i40, i32 undef, i32 undef, i32 undef, i8 1)
  %r41 = call float @dx.op.unary.f32(i32 29, float %f)
  %i41 = bitcast float %r41 to i32
  %o41 = add i32 %base, 164
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o41, i32 undef, i32 %i41, i32 undef, i32 undef, i32 undef, i8 1)
  %r42 = call float @dx.op.unary.f32(i32 21, float %f)
  %i42 = bitcast float %r42 to i32
  %o42 = add i32 %base, 168
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o42, i32 undef, i32 %i42, i32 undef, i32 undef, i32 undef, i8 1)
  %r43 = call float @dx.op.unary.f32(i32 23, float %f)
  %i43 = bitcast float %r43 to i32
  %o43 = add i32 %base, 172
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o43, i32 undef, i32 %i43, i32 undef, i32 undef, i32 undef, i8 1)
  %r44 = call float @dx.op.unary.f32(i32 13, float %f)
  %i44 = bitcast float %r44 to i32
  %o44 = add i32 %base, 176
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o44, i32 undef, i32 %i44, i32 undef, i32 undef, i32 undef, i8 1)
  %r45 = call float @dx.op.unary.f32(i32 12, float %f)
  %i45 = bitcast float %r45 to i32
  %o45 = add i32 %base, 180
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o45, i32 undef, i32 %i45, i32 undef, i32 undef, i32 undef, i8 1)
  %r46 = call i1 @dx.op.isSpecialFloat.f32(i32 8, float %f)
  %i46 = zext i1 %r46 to i32
  %o46 = add i32 %base, 184
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o46, i32 undef, i32 %i46, i32 undef, i32 undef, i32 undef, i8 1)
  %r47 = call i1 @dx.op.isSpecialFloat.f32(i32 9, float %f)
  %i47 = zext i1 %r47 to i32
  %o47 = add i32 %base, 188
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o47, i32 undef, i32 %i47, i32 undef, i32 undef, i32 undef, i8 1)
  %r48 = call i1 @dx.op.isSpecialFloat.f32(i32 10, float %f)
  %i48 = zext i1 %r48 to i32
  %o48 = add i32 %base, 192
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o48, i32 undef, i32 %i48, i32 undef, i32 undef, i32 undef, i8 1)
  %r49 = fcmp olt float %f, %g
  %i49 = zext i1 %r49 to i32
  %o49 = add i32 %base, 196
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o49, i32 undef, i32 %i49, i32 undef, i32 undef, i32 undef, i8 1)
  %r50 = fcmp une float %f, %g
  %i50 = zext i1 %r50 to i32
  %o50 = add i32 %base, 200
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o50, i32 undef, i32 %i50, i32 undef, i32 undef, i32 undef, i8 1)
  %r51 = call i32 @dx.op.legacyF32ToF16(i32 130, float %f)
  %o51 = add i32 %base, 204
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o51, i32 undef, i32 %r51, i32 undef, i32 undef, i32 undef, i8 1)
  %r52 = call float @dx.op.legacyF16ToF32(i32 131, i32 %a)
  %i52 = bitcast float %r52 to i32
  %o52 = add i32 %base, 208
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o52, i32 undef, i32 %i52, i32 undef, i32 undef, i32 undef, i8 1)
  %d53 = call double @dx.op.makeDouble.f64(i32 101, i32 %a, i32 %b)
  %e53 = call double @dx.op.tertiary.f64(i32 47, double %d53, double 1.5, double 0.25)
  %s53 = call %dx.types.splitdouble @dx.op.splitDouble.f64(i32 102, double %e53)
  %r53 = extractvalue %dx.types.splitdouble %s53, 1
  %o53 = add i32 %base, 212
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o53, i32 undef, i32 %r53, i32 undef, i32 undef, i32 undef, i8 1)
  %x54 = sext i32 %a to i64
  %y54 = sext i32 %b to i64
  %m54 = mul i64 %x54, %y54
  %h54 = lshr i64 %m54, 32
  %r54 = trunc i64 %h54 to i32
  %o54 = add i32 %base, 216
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o54, i32 undef, i32 %r54, i32 undef, i32 undef, i32 undef, i8 1)
  %x55 = trunc i32 %a to i16
  %y55 = trunc i32 %b to i16
  %m55 = mul i16 %x55, %y55
  %r55 = sext i16 %m55 to i32
  %o55 = add i32 %base, 220
  call void @dx.op.bufferStore.i32(i32 69, %dx.types.Handle %u1, i32 %o55, i32 undef, i32 %r55, i32 undef, i32 undef, i32 undef, i8 1)
  ret void
}

declare %dx.types.Handle @dx.op.createHandle(i32, i8, i32, i32, i1)
declare i32 @dx.op.threadId.i32(i32, i32)
declare %dx.types.ResRet.i32 @dx.op.bufferLoad.i32(i32, %dx.types.Handle, i32, i32)
declare void @dx.op.bufferStore.i32(i32, %dx.types.Handle, i32, i32, i32, i32, i32, i32, i8)
declare i32 @dx.op.binary.i32(i32, i32, i32)
declare i32 @dx.op.tertiary.i32(i32, i32, i32, i32)
declare i32 @dx.op.quaternary.i32(i32, i32, i32, i32, i32)
declare i32 @dx.op.unary.i32(i32, i32)
declare i32 @dx.op.unaryBits.i32(i32, i32)
declare float @dx.op.unary.f32(i32, float)
declare float @dx.op.binary.f32(i32, float, float)
declare i1 @dx.op.isSpecialFloat.f32(i32, float)
declare i32 @dx.op.legacyF32ToF16(i32, float)
declare float @dx.op.legacyF16ToF32(i32, i32)
declare double @dx.op.makeDouble.f64(i32, i32, i32)
declare %dx.types.splitdouble @dx.op.splitDouble.f64(i32, double)
declare double @dx.op.tertiary.f64(i32, double, double, double)
declare i32 @dx.op.dot4AddPacked(i32, i32, i32, i32)

!dx.version = !{!0}
!dx.shaderModel = !{!1}
!dx.resources = !{!3}
!dx.entryPoints = !{!2}

!0 = !{i32 1, i32 0}
!1 = !{!"cs", i32 6, i32 0}
!2 = !{void ()* @main, !"main", null, !3, !4}
!3 = !{null, !6, null, null}
!4 = !{i32 0, i64 16, i32 4, !5}
!5 = !{i32 32, i32 1, i32 1}
!6 = !{!7, !8}
!7 = !{i32 0, %raw* undef, !"", i32 0, i32 0, i32 1, i32 11, i1 false, i1 false, i1 false, null}
!8 = !{i32 1, %raw* undef, !"", i32 0, i32 1, i32 1, i32 11, i1 false, i1 false, i1 false, null}

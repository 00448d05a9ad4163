;; The search for candidates of the chunker (engine/bytes/gear-tables.ts says what it finds), 16 bytes at once.
;; Memory: four tables of 16 bytes at 0, eight words of keys at 64; the bytes to be looked at from 128 on, 32 more before them.
;; Build: node tools/build-gear-scan.ts
(module
  (memory (export "memory") 2)

  ;; mixBefore: the 32 bytes before an end, mixed with the keys.
  (func $mix (param $end i32) (result i32)
    (local $mixed i32) (local $word i32)
    (loop $next
      (local.set $mixed
        (i32.mul
          (i32.xor
            (i32.xor
              (local.get $mixed)
              (i32.load (i32.sub (i32.add (local.get $end) (local.get $word)) (i32.const 32))))
            (i32.load offset=64 (local.get $word)))
          (i32.const 0x9e3779b1)))
      (local.set $mixed (i32.xor (local.get $mixed) (i32.shr_u (local.get $mixed) (i32.const 15))))
      (local.set $word (i32.add (local.get $word) (i32.const 4)))
      (br_if $next (i32.lt_u (local.get $word) (i32.const 32))))
    (local.set $mixed (i32.mul (local.get $mixed) (i32.const 0x85ebca6b)))
    (i32.xor (local.get $mixed) (i32.shr_u (local.get $mixed) (i32.const 13))))

  ;; The first end in (start, limit] whose hash has no bit of the first mask and whose mix has none of the second; 0 when there
  ;; is none.
  (func (export "scan") (param $start i32) (param $limit i32) (param $mask i32) (param $second_mask i32) (result i32)
    (local $low0 v128) (local $high0 v128) (local $low1 v128) (local $high1 v128)
    (local $masks v128) (local $nibble v128)
    (local $bytes v128) (local $l v128) (local $h v128) (local $g0 v128) (local $g1 v128)
    (local $a v128) (local $b v128) (local $a1 v128) (local $b1 v128) (local $a2 v128) (local $b2 v128)
    (local $a3 v128) (local $b3 v128) (local $first v128) (local $second v128)
    ;; of the 16 bytes before: values, and sums of 2, 4 and 8
    (local $p v128) (local $p1 v128) (local $p2 v128) (local $p3 v128)
    (local $at i32) (local $end i32) (local $found i32)
    (local.set $low0 (v128.load (i32.const 0)))
    (local.set $high0 (v128.load (i32.const 16)))
    (local.set $low1 (v128.load (i32.const 32)))
    (local.set $high1 (v128.load (i32.const 48)))
    (local.set $nibble (i8x16.splat (i32.const 15)))
    (local.set $masks (i16x8.splat (local.get $mask)))
    ;; 16 bytes earlier: what they find does not count, but the hash is whole after them
    (local.set $at (i32.sub (local.get $start) (i32.const 16)))
    (block $none
      (loop $next
        (br_if $none (i32.ge_u (local.get $at) (local.get $limit)))
        (local.set $bytes (v128.load (local.get $at)))
        (local.set $l (v128.and (local.get $bytes) (local.get $nibble)))
        (local.set $h (i8x16.shr_u (local.get $bytes) (i32.const 4)))
        (local.set $g0 (v128.xor (i8x16.swizzle (local.get $low0) (local.get $l)) (i8x16.swizzle (local.get $high0) (local.get $h))))
        (local.set $g1 (v128.xor (i8x16.swizzle (local.get $low1) (local.get $l)) (i8x16.swizzle (local.get $high1) (local.get $h))))
        ;; values of 16 bits: eight in a, eight in b
        (local.set $a (i8x16.shuffle 0 16 1 17 2 18 3 19 4 20 5 21 6 22 7 23 (local.get $g0) (local.get $g1)))
        (local.set $b (i8x16.shuffle 8 24 9 25 10 26 11 27 12 28 13 29 14 30 15 31 (local.get $g0) (local.get $g1)))
        ;; sums over 2, 4, 8 and 16 bytes: each adds the one before it that is as far back as it is long
        (local.set $a1 (i16x8.add (local.get $a) (i16x8.shl (i8x16.shuffle 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 (local.get $p) (local.get $a)) (i32.const 1))))
        (local.set $b1 (i16x8.add (local.get $b) (i16x8.shl (i8x16.shuffle 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 (local.get $a) (local.get $b)) (i32.const 1))))
        (local.set $a2 (i16x8.add (local.get $a1) (i16x8.shl (i8x16.shuffle 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 (local.get $p1) (local.get $a1)) (i32.const 2))))
        (local.set $b2 (i16x8.add (local.get $b1) (i16x8.shl (i8x16.shuffle 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 (local.get $a1) (local.get $b1)) (i32.const 2))))
        (local.set $a3 (i16x8.add (local.get $a2) (i16x8.shl (i8x16.shuffle 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 (local.get $p2) (local.get $a2)) (i32.const 4))))
        (local.set $b3 (i16x8.add (local.get $b2) (i16x8.shl (i8x16.shuffle 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 (local.get $a2) (local.get $b2)) (i32.const 4))))
        (local.set $first (i16x8.eq (v128.and (local.get $masks) (i16x8.add (local.get $a3) (i16x8.shl (local.get $p3) (i32.const 8)))) (v128.const i64x2 0 0)))
        (local.set $second (i16x8.eq (v128.and (local.get $masks) (i16x8.add (local.get $b3) (i16x8.shl (local.get $a3) (i32.const 8)))) (v128.const i64x2 0 0)))
        (local.set $p (local.get $b))
        (local.set $p1 (local.get $b1))
        (local.set $p2 (local.get $b2))
        (local.set $p3 (local.get $b3))
        (if (v128.any_true (v128.or (local.get $first) (local.get $second)))
          (then
            (if (i32.ge_u (local.get $at) (local.get $start))
              (then
                ;; a bit for each of the 16 positions
                (local.set $found
                  (i32.or
                    (i16x8.bitmask (local.get $first))
                    (i32.shl (i16x8.bitmask (local.get $second)) (i32.const 8))))
                (loop $candidate
                  (local.set $end (i32.add (i32.add (local.get $at) (i32.const 1)) (i32.ctz (local.get $found))))
                  (br_if $none (i32.gt_u (local.get $end) (local.get $limit)))
                  (if (i32.eqz (i32.and (call $mix (local.get $end)) (local.get $second_mask)))
                    (then (return (local.get $end))))
                  (local.set $found (i32.and (local.get $found) (i32.sub (local.get $found) (i32.const 1))))
                  (br_if $candidate (local.get $found)))))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $next)))
    (i32.const 0)))

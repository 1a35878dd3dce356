"""Ed25519 signature verification (RFC 8032 section 5.1.7), in plain Python.

Verification only: it handles no secret, so its timing may vary and slow is safe.
Strict: one signature has one encoding, and keys of small order are refused, since
such a key accepts signatures for messages that nobody signed.
"""

from hashlib import sha512

KEY_SIZE = 32
SIGNATURE_SIZE = 64

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_MINUS_ONE = pow(2, (P - 1) // 4, P)

Point = tuple[int, int, int, int]
"""Extended coordinates (X, Y, Z, T): x = X/Z, y = Y/Z, x*y = T/Z."""

IDENTITY: Point = (0, 1, 1, 0)


def _add(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _double(p: Point) -> Point:
    a, b, c = p[0] * p[0] % P, p[1] * p[1] % P, 2 * p[2] * p[2] % P
    h = a + b
    e, g = h - (p[0] + p[1]) ** 2 % P, a - b
    f = c + g
    return e * f % P, g * h % P, f * g % P, e * h % P


def _decode(data: bytes) -> Point | None:
    """Return the point (RFC 8032 section 5.1.3), None unless canonical."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * SQRT_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def _encode(p: Point) -> bytes:
    inverse = pow(p[2], P - 2, P)
    x, y = p[0] * inverse % P, p[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(KEY_SIZE, "little")


def _is_small_order(p: Point) -> bool:
    x, y, z, _ = _double(_double(_double(p)))
    return x == 0 and y == z


BASE = _decode((4 * pow(5, P - 2, P) % P).to_bytes(KEY_SIZE, "little")) or IDENTITY


def is_public_key(public: bytes) -> bool:
    """Tell whether these bytes are a canonical point that is safe to trust."""
    point = _decode(public) if len(public) == KEY_SIZE else None
    return point is not None and not _is_small_order(point)


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether `signature` over `message` was made with the key of `public`."""
    if len(public) != KEY_SIZE or len(signature) != SIGNATURE_SIZE:
        return False
    key = _decode(public)
    commitment, s = signature[:32], int.from_bytes(signature[32:], "little")
    if key is None or s >= L or _is_small_order(key):
        return False
    digest = sha512(commitment + public + message).digest()
    k = int.from_bytes(digest, "little") % L
    negated = (P - key[0], key[1], 1, P - key[3])
    # R = s*B - k*A, compared as bytes: a non-canonical R can never match.
    return _encode(_two_products(s, BASE, k, negated)) == commitment


def _two_products(a: int, p: Point, b: int, q: Point) -> Point:
    """Return a*p + b*q, walking both scalars at once."""
    table = (IDENTITY, p, q, _add(p, q))
    total = IDENTITY
    for bit in range(252, -1, -1):
        total = _double(total)
        choice = (a >> bit & 1) | (b >> bit & 1) << 1
        if choice:
            total = _add(total, table[choice])
    return total

import Testing

@testable import Engine

@Suite struct GenerationCacheTests {
    private final class Box: Weighed {
        var weight: Int
        init(_ weight: Int) { self.weight = weight }
    }

    private var cache = GenerationCache<String, Box>()

    @Test mutating func `a generation weighs what is in it`() {
        cache["a"] = Box(10)
        cache["b"] = Box(20)
        #expect(cache.young.weight == 30 && cache.old.weight == 0)
        cache["a"] = Box(1)
        #expect(cache.young.weight == 21)
        cache["b"] = nil
        cache["none"] = nil
        #expect(cache.young.weight == 1 && cache.young.count == 1)
    }

    @Test mutating func `what has grown where it stands weighs as much more, and leaves nothing behind when it goes`() {
        cache["a"] = Box(10)
        cache["a"]?.weight += 5
        cache.grew(by: 5)
        #expect(cache.young.weight == 15)
        cache["a"] = nil
        #expect(cache.young.weight == 0)
    }

    @Test mutating func `what is used again becomes young with its weight, and what is not is forgotten`() {
        for key in ["a", "b", "c"] { cache[key] = Box(10) }
        cache.rotate()
        #expect(cache.young.weight == 0 && cache.old.weight == 30)
        #expect(cache["a"]?.weight == 10)
        #expect(cache.young.weight == 10 && cache.old.weight == 20)
        cache["b"] = nil
        #expect(cache.old.weight == 10)
        cache.rotate()
        #expect(cache["c"] == nil && cache["b"] == nil && cache["a"] != nil)
        #expect(cache.young.weight + cache.old.weight == 10)
    }

    @Test mutating func `what is forgotten is let go of bit by bit, and weighs until then`() {
        for key in ["a", "b", "c"] { cache[key] = Box(10) }
        weak var first: Box?
        first = cache["a"]
        cache.rotate()
        cache.rotate()
        #expect(cache["a"] == nil && first != nil && cache.weight == 30 && cache.count == 3)
        #expect(cache.release(11) == -9)
        #expect(cache.weight == 10 && cache.count == 1)
        #expect(cache.release(11) == 1)
        #expect(cache.weight == 0 && first == nil)
        #expect(cache.release(11) == 11)
    }

    @Test mutating func `all of it goes at once when it must`() {
        cache["a"] = Box(10)
        cache.rotate()
        cache.rotate()
        cache.removeAll()
        #expect(cache["a"] == nil && cache.young.weight == 0)
    }
}

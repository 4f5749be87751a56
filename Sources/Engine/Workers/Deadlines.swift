import Kernel

/// One time for each key, the earliest first; of equal times the one set first. A binary heap that knows where each key
/// stands: setting and removing cost O(log n), and the first is always a true one.
struct Deadlines<Key: Hashable & Sendable>: Sendable {
    private struct Entry: Sendable {
        let key: Key
        let time: Timestamp
        let order: UInt64

        func isBefore(_ other: Entry) -> Bool { time == other.time ? order < other.order : time < other.time }
    }

    private var heap: [Entry] = []
    private var places: [Key: Int] = [:]
    private var order: UInt64 = 0

    var first: Timestamp? { heap.first?.time }
    var count: Int { heap.count }

    func contains(_ key: Key) -> Bool { places[key] != nil }

    mutating func set(_ key: Key, _ time: Timestamp) {
        order += 1
        let entry = Entry(key: key, time: time, order: order)
        guard let place = places[key] else {
            heap.append(entry)
            return rise(heap.count - 1)
        }
        // A message a millisecond is not worth a walk through the heap for each.
        guard heap[place].time != time else { return }
        heap[place] = entry
        settle(place)
    }

    mutating func remove(_ key: Key) {
        guard let place = places.removeValue(forKey: key) else { return }
        let last = heap.removeLast()
        guard place < heap.count else { return }
        heap[place] = last
        settle(place)
    }

    /// The first key whose time has come, taken out.
    mutating func popFirst(at now: Timestamp) -> Key? {
        guard let entry = heap.first, entry.time <= now else { return nil }
        remove(entry.key)
        return entry.key
    }

    private mutating func settle(_ place: Int) {
        if place > 0, heap[place].isBefore(heap[(place - 1) / 2]) { rise(place) } else { sink(place) }
    }

    private mutating func rise(_ start: Int) {
        let entry = heap[start]
        var place = start
        while place > 0, entry.isBefore(heap[(place - 1) / 2]) {
            put(heap[(place - 1) / 2], place)
            place = (place - 1) / 2
        }
        put(entry, place)
    }

    private mutating func sink(_ start: Int) {
        let entry = heap[start]
        var place = start
        while true {
            var child = 2 * place + 1
            if child + 1 < heap.count, heap[child + 1].isBefore(heap[child]) { child += 1 }
            guard child < heap.count, heap[child].isBefore(entry) else { break }
            put(heap[child], place)
            place = child
        }
        put(entry, place)
    }

    private mutating func put(_ entry: Entry, _ place: Int) {
        heap[place] = entry
        places[entry.key] = place
    }
}

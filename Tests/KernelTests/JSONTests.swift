import Kernel
import Testing

@Suite struct `JSON values` {
    @Test func `literals make the kind they look like`() {
        let name = "x"
        let json: JSON = ["s": "a \(name)", "i": 1, "d": 1.0, "b": true, "n": .null, "l": [1], "o": [:]]
        #expect(json["s"]?.stringValue == "a x")
        #expect(json["i"]?.intValue == 1)
        #expect(json["d"] == .double(1))
        #expect(json["b"]?.boolValue == true)
        #expect(json["n"]?.isNull == true)
        #expect(json["l"]?.arrayValue == [1])
        #expect(json["o"]?.objectValue?.isEmpty == true)
        #expect(json["missing"] == nil)
        #expect((1 as JSON)["s"] == nil)
    }

    @Test func `equality ignores the order of members and nothing else`() {
        #expect(["a": 1, "b": 2] as JSON == ["b": 2, "a": 1])
        #expect(["a": 1] as JSON != ["a": 1, "b": 2])
        #expect(["a": 1] as JSON != ["a": 1.0])
        #expect(["a": .null] as JSON != [:])
        #expect([1, 2] as JSON != [2, 1])
    }

    @Test func `texts are equal when their bytes are, wherever they stand`() {
        let (composed, decomposed): (JSON, JSON) = ("\u{E9}", "e\u{301}")
        #expect(composed == "\u{E9}" && composed != decomposed)
        #expect([composed] as JSON != [decomposed])
        #expect(["a": composed] as JSON != ["a": decomposed])
        #expect(["a": ["b": [composed]]] as JSON != ["a": ["b": [decomposed]]])
        #expect(["\u{E9}": 1] as JSON != ["e\u{301}": 1])
        let long = String(repeating: "long ", count: 20)
        #expect(JSON.string(long + "\u{E9}") != JSON.string(long + "e\u{301}"))
        #expect(("K" as JSON) != "\u{212A}")
        #expect([composed, decomposed].firstIndex(of: decomposed) == 1)
    }

    @Test func `numbers are equal when they are of one kind and value`() {
        #expect((1 as JSON) != 1.0 && (1 as JSON) != 2 && (1.5 as JSON) == 1.5)
        #expect((1 as JSON) != "1" && (true as JSON) != 1 && (true as JSON) == true && JSON.null != false)
        #expect(JSON.double(.nan) != JSON.double(.nan) && JSON.double(0) == JSON.double(-0.0))
        #expect(([] as JSON) != [:] && ([] as JSON) == [] && ([1] as JSON) != [1, 1])
    }

    @Test func `large objects are compared without a look at every member for each`() {
        let members = (0..<45_000).map { ("key\($0)", JSON.int(Int64($0))) }
        let object = JSON.object(JSONObject(uniqueKeysWithValues: members))
        let start = ContinuousClock.now
        #expect(object == JSON.object(JSONObject(uniqueKeysWithValues: members.reversed())))
        #expect(object != JSON.object(JSONObject(uniqueKeysWithValues: members.dropLast() + [("other", 1)])))
        // Member by member this is 10^9 comparisons; sorting takes a fraction of a second even unoptimized.
        #expect(ContinuousClock.now - start < .seconds(8))
    }

    @Test func `objects of more than 16 members ignore order as small ones do`() {
        for count in [16, 17, 40] {
            let members = (0..<count).map { ("k\($0)", JSON.int(Int64($0))) }
            let object = JSONObject(uniqueKeysWithValues: members)
            var other = JSONObject(uniqueKeysWithValues: members.reversed())
            #expect(object == other)
            other["k3"] = 99
            #expect(object != other)
        }
    }

    @Test func `a member is replaced in place, added at the end, and removed by nil`() {
        var object = JSONObject(uniqueKeysWithValues: [("a", 1), ("b", 2)])
        object["a"] = 3
        object["c"] = 4
        #expect(JSON.object(object).text == #"{"a":3,"b":2,"c":4}"#)
        object["b"] = nil
        object["missing"] = nil
        #expect(object.keys == ["a", "c"])
        #expect(object.contains("c") && !object.contains("b"))
    }
}

@Suite struct `Addresses of aggregates` {
    @Test func `keys are compared byte for byte, as the store does`() {
        let composed = AggregateID("a", "caf\u{E9}")
        let decomposed = AggregateID("a", "cafe\u{301}")
        #expect(composed.key == decomposed.key)
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed, composed]).count == 2)
        #expect("\(composed)" == "a/caf\u{E9}")
    }

    @Test func `types that begin with a dollar are the system's`() {
        #expect(AggregateID("$saga", "x").isSystem)
        #expect(!AggregateID("saga", "$x").isSystem)
    }
}

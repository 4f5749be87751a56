/// The definition format as JSON Schema draft-07, for editors and other tools: `docs/saga.schema.json` word for word.
public enum DefinitionSchema {
    public static let text = #"""
        {
          "$schema": "http://json-schema.org/draft-07/schema#",
          "title": "Skald saga definition",
          "description": "A durable transaction over aggregates: steps in an order, each with what reverses it.",
          "type": "object",
          "required": ["saga", "version", "steps"],
          "additionalProperties": false,
          "properties": {
            "saga": {
              "description": "The saga's name.",
              "type": "string", "pattern": "^[a-z][a-z0-9-]{0,62}$"
            },
            "version": {
              "description": "Rises with every change: a registered name and version never changes.",
              "type": "integer", "minimum": 1, "maximum": 2147483647
            },
            "description": { "description": "What the saga is for, in a sentence.", "type": "string" },
            "key": {
              "description": "Business key: one saga per key. A second start with the same key and input returns the first.",
              "$ref": "#/definitions/text"
            },
            "deadline": {
              "description": "From start up to and including the pivot; passed, the saga rolls back.",
              "$ref": "#/definitions/duration"
            },
            "input": { "description": "What a start's input must fit.", "$ref": "#/definitions/schema" },
            "defaults": { "$ref": "#/definitions/defaults" },
            "attention": {
              "description": "After this long in one step the saga is listed as overdue. Default 1h.",
              "$ref": "#/definitions/duration"
            },
            "steps": {
              "description": "Steps by name. Their order comes from `needs` alone.",
              "type": "object", "minProperties": 1, "maxProperties": 1000, "additionalProperties": false,
              "patternProperties": { "^[a-z][a-z0-9_]{0,62}$": { "$ref": "#/definitions/step" } }
            },
            "output": { "description": "Evaluated when the saga completes. Strings may hold ${ expressions }." }
          },
          "definitions": {
            "duration": {
              "description": "250ms, 30s, 5m, 2h or 7d.",
              "type": "string", "pattern": "^[0-9]+(ms|s|m|h|d)$"
            },
            "text": { "description": "Text, which may hold ${ expressions }.", "type": ["string", "integer"] },
            "command": {
              "description": "<aggregate type>.<command>, as in hotel.reserve.",
              "type": "string", "pattern": "^[a-z][a-z0-9_.-]{0,62}\\.[a-z][a-z0-9_.-]{0,62}$"
            },
            "call": {
              "description": "A worker's action, as in airline.reserve.",
              "type": "string", "pattern": "^[a-z][a-z0-9_.-]{0,62}$"
            },
            "with": {
              "description": "The fields of the command or call. Strings may hold ${ expressions }.",
              "type": ["object", "string"]
            },
            "codes": { "type": "array", "minItems": 1, "items": { "type": "string" } },
            "defaults": {
              "description": "For every step that does not say otherwise.",
              "type": "object", "additionalProperties": false,
              "properties": {
                "timeout": { "description": "For one attempt. Built in: 30s.", "$ref": "#/definitions/duration" },
                "retry": {
                  "description": "Built in: one attempt. `attempts` and `for` do not apply behind the pivot.",
                  "$ref": "#/definitions/retry"
                },
                "undo_retry": {
                  "description": "Built in: forever, 500ms × 2 up to 1m, full jitter.",
                  "$ref": "#/definitions/retry"
                }
              }
            },
            "retry": {
              "description": "Covers what may pass. A definite no is final unless its code is in `only`, or not in `except`.",
              "type": "object", "additionalProperties": false,
              "properties": {
                "attempts": {
                  "description": "How often in all, the first attempt counted, or forever.",
                  "anyOf": [{ "type": "integer", "minimum": 1, "maximum": 1000000 }, { "const": "forever" }]
                },
                "first": { "description": "Pause before the second attempt.", "$ref": "#/definitions/duration" },
                "factor": { "description": "Each pause is so many times the one before.", "type": "number", "minimum": 1, "maximum": 100 },
                "cap": { "description": "The longest pause.", "$ref": "#/definitions/duration" },
                "jitter": { "description": "full: a random part of each pause; none: all of it.", "enum": ["full", "none"] },
                "for": { "description": "No attempt starts after this time.", "$ref": "#/definitions/duration" },
                "only": { "description": "Codes of definite answers that are retried.", "$ref": "#/definitions/codes" },
                "except": { "description": "Codes of definite answers that are not retried.", "$ref": "#/definitions/codes" }
              },
              "not": { "required": ["only", "except"] }
            },
            "step": {
              "type": "object", "additionalProperties": false,
              "properties": {
                "needs": {
                  "description": "Steps that must be finished first: completed, skipped, or failed and optional.",
                  "type": "array", "uniqueItems": true, "items": { "type": "string", "pattern": "^[a-z][a-z0-9_]{0,62}$" }
                },
                "if": {
                  "description": "One expression, evaluated once when the needs are met; false skips the step.",
                  "type": ["string", "boolean"]
                },
                "command": { "$ref": "#/definitions/command" },
                "call": { "$ref": "#/definitions/call" },
                "saga": { "description": "Not supported yet: a saga as a step.", "type": "string" },
                "wait": { "description": "Not supported yet: waits for a signal.", "type": "string" },
                "sleep": { "description": "Waits so long.", "$ref": "#/definitions/duration" },
                "key": { "description": "Which aggregate of its type.", "$ref": "#/definitions/text" },
                "with": { "$ref": "#/definitions/with" },
                "expect": {
                  "description": "The version the aggregate must have; from then on the saga tracks it.",
                  "anyOf": [{ "type": "integer", "minimum": 0 }, { "type": "string" }]
                },
                "undo": {
                  "description": "What reverses the step, or none with `because`.",
                  "anyOf": [{ "const": "none" }, { "$ref": "#/definitions/undo" }]
                },
                "because": { "description": "Why `undo: none` is right.", "type": "string", "minLength": 1 },
                "probe": { "$ref": "#/definitions/probe" },
                "pivot": { "description": "The point of no return: nothing behind it is undone.", "type": "boolean" },
                "optional": { "description": "Its definite failure is recorded and the saga goes on.", "type": "boolean" },
                "retry": { "$ref": "#/definitions/retry" },
                "timeout": { "description": "For one attempt.", "$ref": "#/definitions/duration" },
                "each": { "description": "Not supported yet: one instance of the step per item of a list.", "type": ["string", "array"] },
                "parallel": { "description": "Not supported yet: how many instances of `each` at once.", "type": "integer" },
                "lock": { "description": "Not supported yet: a semantic lock up to the end of the saga.", "type": "object" }
              },
              "oneOf": [
                { "required": ["command"] }, { "required": ["call"] }, { "required": ["saga"] }, { "required": ["wait"] },
                { "required": ["sleep"] }
              ],
              "dependencies": {
                "command": ["key"], "because": ["undo"], "expect": ["command"], "probe": ["call"], "call": { "not": { "required": ["key"] } }
              }
            },
            "undo": {
              "type": "object", "additionalProperties": false,
              "properties": {
                "command": { "$ref": "#/definitions/command" },
                "call": { "$ref": "#/definitions/call" },
                "saga": { "description": "Not supported yet: a saga as an undo.", "type": "string" },
                "key": { "description": "Of a command. Left out: the step's own key; needed when the step is a `call`.", "$ref": "#/definitions/text" },
                "with": { "description": "Left out: { input, result } of the step.", "$ref": "#/definitions/with" },
                "retry": { "$ref": "#/definitions/retry" },
                "timeout": { "description": "For one attempt.", "$ref": "#/definitions/duration" }
              },
              "oneOf": [{ "required": ["command"] }, { "required": ["call"] }, { "required": ["saga"] }],
              "dependencies": { "call": { "not": { "required": ["key"] } } }
            },
            "probe": {
              "description": "Asks a worker what became of the step's call when nobody knows: done, refused, or to be sent again.",
              "type": "object", "additionalProperties": false, "required": ["call"],
              "properties": {
                "call": { "$ref": "#/definitions/call" },
                "with": { "description": "Left out: what the step was sent.", "$ref": "#/definitions/with" },
                "retry": { "$ref": "#/definitions/probe_retry" },
                "timeout": { "description": "For one question.", "$ref": "#/definitions/duration" }
              }
            },
            "probe_retry": {
              "description": "How often it is asked. Built in: 10 times, 500ms × 2 up to 1m, full jitter; of the pivot without end.",
              "type": "object", "additionalProperties": false,
              "properties": {
                "attempts": {
                  "description": "How often in all after each unknown attempt, or forever.",
                  "anyOf": [{ "type": "integer", "minimum": 1, "maximum": 1000000 }, { "const": "forever" }]
                },
                "first": { "description": "Pause before the first question.", "$ref": "#/definitions/duration" },
                "factor": { "description": "Each pause is so many times the one before.", "type": "number", "minimum": 1, "maximum": 100 },
                "cap": { "description": "The longest pause.", "$ref": "#/definitions/duration" },
                "jitter": { "description": "full: a random part of each pause; none: all of it.", "enum": ["full", "none"] }
              }
            },
            "types": { "enum": ["null", "boolean", "integer", "number", "string", "array", "object"] },
            "schema": {
              "description": "The subset of JSON Schema draft-07 that inputs may use.",
              "type": "object", "additionalProperties": false,
              "properties": {
                "type": { "anyOf": [{ "$ref": "#/definitions/types" }, { "type": "array", "minItems": 1, "items": { "$ref": "#/definitions/types" } }] },
                "required": { "type": "array", "uniqueItems": true, "items": { "type": "string" } },
                "properties": { "type": "object", "additionalProperties": { "$ref": "#/definitions/schema" } },
                "additionalProperties": { "anyOf": [{ "type": "boolean" }, { "$ref": "#/definitions/schema" }] },
                "items": { "$ref": "#/definitions/schema" },
                "enum": { "type": "array", "minItems": 1 },
                "const": {},
                "minimum": { "type": "number" },
                "maximum": { "type": "number" },
                "exclusiveMinimum": { "type": "number" },
                "exclusiveMaximum": { "type": "number" },
                "minLength": { "type": "integer", "minimum": 0 },
                "maxLength": { "type": "integer", "minimum": 0 },
                "pattern": {
                  "description": "Literals, classes, anchors, groups, alternation, * + ? and {n,m} up to 255; matched in linear time.",
                  "type": "string"
                },
                "minItems": { "type": "integer", "minimum": 0 },
                "maxItems": { "type": "integer", "minimum": 0 },
                "default": {},
                "description": { "type": "string" }
              }
            }
          }
        }
        """#
}

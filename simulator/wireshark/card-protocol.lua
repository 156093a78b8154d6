-- The card protocol (docs/card-protocol.md) for Wireshark and tshark 4: found by its magic and version on any port.
--
--   tshark -X lua_script:simulator/wireshark/card-protocol.lua -r capture.pcap -Y cardproto
--   wireshark -X lua_script:simulator/wireshark/card-protocol.lua capture.pcap

local HEADER_BYTES = 20
local MAGIC = 0x4C43
local VERSION = 1
-- The largest payload: a section of 65,536 bytes and its offset. Longer ones are no frames of this protocol.
local MOST_PAYLOAD_BYTES = 65544

local TYPES = {
    [0x01] = "hello", [0x02] = "startDownload", [0x03] = "section", [0x04] = "endDownload", [0x05] = "abort",
    [0x06] = "readImage", [0x07] = "activate", [0x08] = "commit", [0x09] = "rollBack",
    [0x81] = "identity", [0x82] = "downloadStarted", [0x83] = "acknowledgement", [0x84] = "downloadResult",
    [0x85] = "aborted", [0x86] = "imageData", [0x87] = "activating", [0x88] = "committed", [0x89] = "rollingBack",
    [0xFF] = "refusal",
}

local REFUSALS = {
    [1] = "INCOMPATIBLE",
    [2] = "TOO_LARGE",
    [3] = "PARSE_FAIL",
    [4] = "INTEGRITY_FAIL",
    [5] = "IN_PROGRESS",
    [6] = "UNEXPECTED_SWITCHOVER",
    [7] = "NO_MEMORY",
    [8] = "NOT_FOUND",
    [9] = "TIMEOUT",
    [10] = "FLASH_FAILED",
    [11] = "DOWNGRADE",
}

local proto = Proto("cardproto", "Card protocol")
local f = {
    version = ProtoField.uint8("cardproto.version", "Version"),
    type = ProtoField.uint8("cardproto.type", "Type", base.HEX, TYPES),
    sequence = ProtoField.uint32("cardproto.sequence", "Sequence number"),
    length = ProtoField.uint32("cardproto.length", "Payload length"),
    payload_checksum = ProtoField.uint32("cardproto.payload_checksum", "Payload checksum (CRC32C)", base.HEX),
    header_checksum = ProtoField.uint32("cardproto.header_checksum", "Header checksum (CRC32C)", base.HEX),
    engine = ProtoField.string("cardproto.engine", "Engine"),
    slot = ProtoField.uint16("cardproto.slot", "Slot"),
    hardware_type = ProtoField.string("cardproto.hardware_type", "Hardware type"),
    serial_number = ProtoField.string("cardproto.serial_number", "Serial number"),
    software_version = ProtoField.string("cardproto.software_version", "Software version"),
    card_type = ProtoField.string("cardproto.card_type", "Card type"),
    image_version = ProtoField.string("cardproto.image_version", "Image version"),
    image_bytes = ProtoField.uint64("cardproto.image_bytes", "Image size"),
    digest = ProtoField.bytes("cardproto.digest", "SHA-256"),
    section_bytes = ProtoField.uint32("cardproto.section_bytes", "Section size"),
    offset = ProtoField.uint64("cardproto.offset", "Offset"),
    bytes = ProtoField.bytes("cardproto.bytes", "Bytes of the image"),
    byte_count = ProtoField.uint32("cardproto.byte_count", "Bytes asked for"),
    programmed_bytes = ProtoField.uint64("cardproto.programmed_bytes", "Programmed bytes"),
    window_bytes = ProtoField.uint32("cardproto.window_bytes", "Window"),
    epoch = ProtoField.uint64("cardproto.epoch", "Epoch"),
    anti_rollback = ProtoField.uint64("cardproto.anti_rollback", "Anti-rollback counter"),
    security_number = ProtoField.uint64("cardproto.security_number", "Security number"),
    instance = ProtoField.uint8("cardproto.instance", "Instance"),
    trial_seconds = ProtoField.uint32("cardproto.trial_seconds", "Trial in seconds"),
    boot_milliseconds = ProtoField.uint32("cardproto.boot_milliseconds", "Boot in milliseconds"),
    code = ProtoField.uint8("cardproto.code", "Refusal", base.DEC, REFUSALS),
    refused_sequence = ProtoField.uint32("cardproto.refused_sequence", "Refused frame"),
    text = ProtoField.string("cardproto.text", "Text"),
    reason = ProtoField.string("cardproto.reason", "Reason"),
}
proto.fields = f
local malformed = ProtoExpert.new("cardproto.malformed", "A field that is not there", expert.group.MALFORMED, expert.severity.ERROR)
proto.experts = { malformed }

-- Reads fields one after the other; behind the payload's end it reads none, and says so.
local Reader = {}
Reader.__index = Reader

function Reader.new(buffer, tree)
    return setmetatable({ buffer = buffer, tree = tree, position = 0, failed = false }, Reader)
end

function Reader:take(count)
    if self.failed or self.position + count > self.buffer:len() then
        if not self.failed then self.tree:add_proto_expert_info(malformed) end
        self.failed = true
        return nil
    end
    local range = self.buffer(self.position, count)
    self.position = self.position + count
    return range
end

function Reader:number(field, count)
    local range = self:take(count)
    if not range then return nil end
    self.tree:add(field, range)
    return count > 4 and range:uint64():tonumber() or range:uint()
end

function Reader:raw(field, count)
    local range = self:take(count)
    if range then self.tree:add(field, range) end
end

-- A length of one byte, then so many bytes of UTF-8.
function Reader:string(field)
    local length = self:take(1)
    if not length then return nil end
    local count = length:uint()
    if count == 0 then
        self.tree:add(field, length, "")
        return ""
    end
    local range = self:take(count)
    if not range then return nil end
    local value = range:string(ENC_UTF_8)
    self.tree:add(field, range, value)
    return value
end

function Reader:rest(field)
    local count = self.buffer:len() - self.position
    if count > 0 then self.tree:add(field, self:take(count)) end
    return count
end

-- Of each type: adds its fields to the tree and returns what the packet list says.
local PAYLOADS = {
    [0x01] = function(r) return r:string(f.engine) end,
    [0x02] = function(r)
        r:string(f.card_type)
        local version = r:string(f.image_version)
        local size = r:number(f.image_bytes, 8)
        r:raw(f.digest, 32)
        r:number(f.section_bytes, 4)
        local offset = r:number(f.offset, 8)
        r:number(f.epoch, 8)
        r:number(f.security_number, 8)
        return string.format("%s, %s bytes from %s on", version, size, offset)
    end,
    [0x03] = function(r) return string.format("%s + %d", r:number(f.offset, 8), r:rest(f.bytes)) end,
    [0x04] = function(r) return string.format("%s bytes", r:number(f.image_bytes, 8)) end,
    [0x05] = function(r)
        r:number(f.epoch, 8)
        return r:string(f.reason)
    end,
    [0x06] = function(r)
        r:number(f.instance, 1)
        return string.format("%s + %s", r:number(f.offset, 8), r:number(f.byte_count, 4))
    end,
    [0x07] = function(r)
        local instance = r:number(f.instance, 1)
        r:raw(f.digest, 32)
        r:number(f.epoch, 8)
        r:number(f.trial_seconds, 4)
        return string.format("instance %s", instance)
    end,
    [0x08] = function(r) return string.format("epoch %s", r:number(f.epoch, 8)) end,
    [0x81] = function(r)
        local slot = r:number(f.slot, 2)
        r:string(f.hardware_type)
        r:string(f.serial_number)
        local version = r:string(f.software_version)
        r:number(f.epoch, 8)
        r:number(f.anti_rollback, 8)
        r:number(f.section_bytes, 4)
        r:number(f.window_bytes, 4)
        return string.format("slot %s, runs %s", slot, version)
    end,
    [0x82] = function(r)
        r:number(f.instance, 1)
        local offset = r:number(f.offset, 8)
        r:number(f.window_bytes, 4)
        return string.format("from %s on", offset)
    end,
    [0x83] = function(r)
        local programmed = r:number(f.programmed_bytes, 8)
        return string.format("%s, window %s", programmed, r:number(f.window_bytes, 4))
    end,
    [0x84] = function(r)
        r:number(f.instance, 1)
        local size = r:number(f.image_bytes, 8)
        r:raw(f.digest, 32)
        r:number(f.epoch, 8)
        return string.format("%s bytes verified", size)
    end,
    [0x85] = function(r) return string.format("epoch %s", r:number(f.epoch, 8)) end,
    [0x87] = function(r)
        local epoch = r:number(f.epoch, 8)
        return string.format("epoch %s, back in %s ms", epoch, r:number(f.boot_milliseconds, 4))
    end,
    [0xFF] = function(r)
        local code = r:number(f.code, 1)
        r:number(f.refused_sequence, 4)
        return string.format("%s: %s", REFUSALS[code] or code, r:string(f.text))
    end,
}
PAYLOADS[0x09] = PAYLOADS[0x08]
PAYLOADS[0x86] = PAYLOADS[0x03]
PAYLOADS[0x88] = PAYLOADS[0x08]
PAYLOADS[0x89] = PAYLOADS[0x87]

-- Whether what begins here can be a frame's header.
local function is_header(buffer)
    return buffer:len() >= 4 and buffer(0, 2):uint() == MAGIC and buffer(2, 1):uint() == VERSION
        and TYPES[buffer(3, 1):uint()] ~= nil
        and (buffer:len() < 12 or buffer(8, 4):uint() <= MOST_PAYLOAD_BYTES)
end

local function frame_length(buffer, pinfo, offset)
    return HEADER_BYTES + buffer(offset + 8, 4):uint()
end

local function dissect_frame(buffer, pinfo, tree)
    if not is_header(buffer) then return 0 end
    local name = TYPES[buffer(3, 1):uint()]
    local branch = tree:add(proto, buffer(), "Card protocol: " .. name)
    branch:add(f.version, buffer(2, 1))
    branch:add(f.type, buffer(3, 1))
    branch:add(f.sequence, buffer(4, 4))
    branch:add(f.length, buffer(8, 4))
    branch:add(f.payload_checksum, buffer(12, 4))
    branch:add(f.header_checksum, buffer(16, 4))
    local dissect = PAYLOADS[buffer(3, 1):uint()]
    local text
    if dissect and buffer:len() > HEADER_BYTES then
        text = dissect(Reader.new(buffer(HEADER_BYTES):tvb(), branch))
    end
    pinfo.cols.protocol = "CARD"
    pinfo.cols.info:append((text and text ~= "") and string.format("%s (%s)  ", name, text) or (name .. "  "))
    return buffer:len()
end

local function dissect_stream(buffer, pinfo, tree)
    pinfo.cols.info:set("")
    dissect_tcp_pdus(buffer, tree, HEADER_BYTES, frame_length, dissect_frame)
    return buffer:len()
end

proto.dissector = dissect_stream

-- Through proto.dissector it would be a dissector called by a dissector, for which Wireshark puts no segments together.
local function heuristic(buffer, pinfo, tree)
    if not is_header(buffer) then return false end
    dissect_stream(buffer, pinfo, tree)
    -- The rest of the conversation needs no guess: a segment may begin in the middle of a frame.
    pinfo.conversation = proto
    return true
end

proto:register_heuristic("tcp", heuristic)

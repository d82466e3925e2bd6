// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import static io.cairn.cluster.membership.MalformedMessageException.require;

import io.cairn.cluster.membership.WireMessage.Answer;
import io.cairn.cluster.membership.WireMessage.Claim;
import io.cairn.cluster.membership.WireMessage.Launch;
import io.cairn.cluster.membership.WireMessage.News;
import io.cairn.cluster.membership.WireMessage.Probe;
import io.cairn.cluster.membership.WireMessage.Question;
import io.cairn.cluster.membership.WireMessage.Status;
import io.cairn.cluster.membership.WireMessage.Step;
import io.cairn.cluster.membership.WireMessage.Table;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The binary form of the messages: a version byte, a kind byte, the fields. It reads nothing but
 * what it would write, and nothing is believed before the whole message was read.
 */
final class WireCodec {

  /** Largest message in bytes. */
  static final int MAX_BYTES = 1 << 19;

  /** Most members that a table can hold. */
  static final int MAX_CLAIMS = 1024;

  /** No honest launch gets there; beyond it could no longer contradict. */
  static final int MAX_INCARNATION = 1 << 30;

  /** Longest name or address, in bytes. */
  static final int MAX_NAME = 512;

  /** Longest key or value of metadata, in bytes. */
  static final int MAX_TEXT = 0xffff;

  /** The format of all messages, in their first byte. Number 1 was that of a library. */
  static final int VERSION = 2;

  private static final int PROBE = 1;
  private static final int NEWS = 2;
  private static final int TABLE = 3;
  private static final int QUESTION = 4;
  private static final int ANSWER = 5;

  private static final List<Step> STEPS =
      List.of(Step.PING, Step.PING_REQUEST, Step.ACK, Step.NACK);

  private static final List<Status> STATUSES = List.of(Status.ALIVE, Status.SUSPECT, Status.LEFT);

  private WireCodec() {}

  /** Reads something out of bytes. */
  interface Reader<T> {
    T read(DataInputStream in) throws IOException, MalformedMessageException;
  }

  /**
   * Returns the bytes of a message.
   *
   * @throws IllegalArgumentException if it exceeds a bound
   */
  static byte[] encode(WireMessage message) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      out.writeByte(VERSION);
      write(out, message);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (bytes.size() > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a message of " + bytes.size() + " bytes, at most " + MAX_BYTES + " are sent");
    }
    return bytes.toByteArray();
  }

  /**
   * Refuses a launch that others would not understand.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static void requireSendable(Launch launch) {
    try {
      Claim claim = new Claim(launch, Status.ALIVE, 0, 0, Set.of());
      decode(encode(new News(List.of(claim))));
    } catch (MalformedMessageException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "no others would understand " + launch + ": " + e.getMessage(), e);
    }
  }

  static WireMessage decode(byte[] bytes) throws MalformedMessageException {
    require(bytes.length <= MAX_BYTES, "size");
    return parse(bytes, WireCodec::read);
  }

  /** Reads all of the bytes, no more and no less. */
  static <T> T parse(byte[] bytes, Reader<T> reader) throws MalformedMessageException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    try {
      T value = reader.read(in);
      require(in.available() == 0, "trailing bytes");
      return value;
    } catch (EOFException e) {
      throw new MalformedMessageException("message ends early");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(DataOutputStream out, WireMessage message) throws IOException {
    switch (message) {
      case Probe probe -> {
        out.writeByte(PROBE);
        out.writeByte(STEPS.indexOf(probe.step()));
        writeNumber(out, probe.number());
        writeText(out, probe.launchId(), MAX_NAME);
        writeClaims(out, probe.news());
      }
      case News news -> {
        out.writeByte(NEWS);
        writeClaims(out, news.claims());
      }
      case Table table -> {
        out.writeByte(TABLE);
        out.writeByte(table.isAnswer() ? 1 : 0);
        writeClaims(out, table.claims());
      }
      case Question question -> {
        out.writeByte(QUESTION);
        writeText(out, question.launchId(), MAX_NAME);
        writeNumber(out, question.incarnation());
      }
      case Answer answer -> {
        out.writeByte(ANSWER);
        writeClaim(out, answer.claim());
        byte[] announcement = answer.announcement().encode();
        out.writeInt(announcement.length);
        out.write(announcement);
      }
    }
  }

  private static WireMessage read(DataInputStream in)
      throws IOException, MalformedMessageException {
    require(in.readUnsignedByte() == VERSION, "version");
    int kind = in.readUnsignedByte();
    return switch (kind) {
      case PROBE -> {
        Step step = choice(in, STEPS);
        yield new Probe(step, number(in, Long.MAX_VALUE), name(in), claims(in));
      }
      case NEWS -> new News(claims(in));
      case TABLE -> new Table(choice(in, List.of(false, true)), claims(in));
      case QUESTION -> new Question(name(in), incarnation(in));
      case ANSWER -> {
        Claim claim = claim(in);
        int length = in.readInt();
        require(length >= 0 && length <= in.available(), "length");
        yield new Answer(claim, Announcement.decode(in.readNBytes(length)));
      }
      default -> throw new MalformedMessageException("unknown kind " + kind);
    };
  }

  private static void writeClaims(DataOutputStream out, List<Claim> claims) throws IOException {
    if (claims.size() > MAX_CLAIMS) {
      throw new IllegalArgumentException(
          "a table of " + claims.size() + " members, at most " + MAX_CLAIMS + " fit");
    }
    writeNumber(out, claims.size());
    for (Claim claim : claims) {
      writeClaim(out, claim);
    }
  }

  private static List<Claim> claims(DataInputStream in)
      throws IOException, MalformedMessageException {
    long count = number(in, MAX_CLAIMS);
    List<Claim> claims = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      claims.add(claim(in));
    }
    return claims;
  }

  private static void writeClaim(DataOutputStream out, Claim claim) throws IOException {
    writeText(out, claim.launch().launchId(), MAX_NAME);
    writeText(out, claim.launch().nodeId(), MAX_NAME);
    writeText(out, claim.launch().address().toString(), MAX_NAME);
    out.writeByte(STATUSES.indexOf(claim.status()));
    writeNumber(out, claim.incarnation());
    writeNumber(out, claim.version());
    if (claim.status() == Status.SUSPECT) {
      out.writeByte(claim.accusers().size());
      for (int accuser : claim.accusers()) {
        out.writeInt(accuser);
      }
    }
  }

  private static Claim claim(DataInputStream in) throws IOException, MalformedMessageException {
    Launch launch = new Launch(name(in), name(in), address(in));
    Status status = choice(in, STATUSES);
    int incarnation = incarnation(in);
    long version = number(in, Long.MAX_VALUE);
    Set<Integer> accusers = new HashSet<>();
    int count = status == Status.SUSPECT ? in.readUnsignedByte() : 0;
    require(count <= Suspicion.MAX_ACCUSERS, "number of accusers");
    for (int i = 0; i < count; i++) {
      accusers.add(in.readInt());
    }
    return new Claim(launch, status, incarnation, version, accusers);
  }

  private static URI address(DataInputStream in) throws IOException, MalformedMessageException {
    try {
      URI address = new URI(name(in));
      require(address.getHost() != null, "address");
      return address;
    } catch (URISyntaxException e) {
      throw new MalformedMessageException("address is no URI");
    }
  }

  private static int incarnation(DataInputStream in) throws IOException, MalformedMessageException {
    long incarnation = number(in, Long.MAX_VALUE);
    require(incarnation <= MAX_INCARNATION, "incarnation");
    return (int) incarnation;
  }

  /** Writes a number of 0 or more in groups of seven bits, the lowest first. */
  private static void writeNumber(DataOutputStream out, long number) throws IOException {
    long rest = number;
    while (rest > 0x7f) {
      out.writeByte((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }

  private static long number(DataInputStream in, long most)
      throws IOException, MalformedMessageException {
    long number = 0;
    int shift = 0;
    int read;
    do {
      read = in.readUnsignedByte();
      require(shift < Long.SIZE - 1, "number");
      number |= (long) (read & 0x7f) << shift;
      shift += 7;
    } while (read > 0x7f);
    require(number <= most, "number");
    return number;
  }

  /**
   * Writes a text: two bytes of length, then UTF-8.
   *
   * @throws IllegalArgumentException if it is longer than the limit
   */
  static void writeText(DataOutputStream out, String text, int limit) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > limit) {
      throw new IllegalArgumentException("text of " + bytes.length + " bytes, limit " + limit);
    }
    out.writeShort(bytes.length);
    out.write(bytes);
  }

  static String text(DataInputStream in, int limit) throws IOException, MalformedMessageException {
    int length = in.readUnsignedShort();
    require(length <= limit && length <= in.available(), "text length");
    byte[] bytes = in.readNBytes(length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedMessageException("text is not UTF-8");
    }
  }

  private static String name(DataInputStream in) throws IOException, MalformedMessageException {
    String name = text(in, MAX_NAME);
    require(!name.isBlank(), "blank name");
    return name;
  }

  private static <T> T choice(DataInputStream in, List<T> values)
      throws IOException, MalformedMessageException {
    int index = in.readUnsignedByte();
    require(index < values.size(), "choice");
    return values.get(index);
  }
}

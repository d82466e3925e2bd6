// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import io.cairn.cluster.membership.WireMessage.Claim;
import io.cairn.cluster.membership.WireMessage.Launch;
import io.cairn.cluster.membership.WireMessage.MetadataAnswer;
import io.cairn.cluster.membership.WireMessage.MetadataRequest;
import io.cairn.cluster.membership.WireMessage.News;
import io.cairn.cluster.membership.WireMessage.Probe;
import io.cairn.cluster.membership.WireMessage.ProbeKind;
import io.cairn.cluster.membership.WireMessage.Route;
import io.cairn.cluster.membership.WireMessage.Table;
import io.cairn.cluster.membership.WireMessage.Verdict;
import io.scalecube.cluster.membership.MemberStatus;
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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  private static final int VERSION = 1;
  private static final int PROBE = 1;
  private static final int TABLE = 2;
  private static final int NEWS = 3;
  private static final int METADATA_REQUEST = 4;
  private static final int METADATA_ANSWER = 5;

  private static final List<MemberStatus> STATUSES =
      List.of(MemberStatus.ALIVE, MemberStatus.SUSPECT, MemberStatus.LEAVING);

  private static final List<ProbeKind> PROBES =
      List.of(ProbeKind.PING, ProbeKind.PING_REQUEST, ProbeKind.ACKNOWLEDGEMENT);

  private static final List<Verdict> VERDICTS = List.of(Verdict.REACHED, Verdict.GONE);

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
      decode(encode(new MetadataRequest("check", launch)));
    } catch (MalformedMessageException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "no others would understand " + launch + ": " + e.getMessage(), e);
    }
  }

  static WireMessage decode(byte[] bytes) throws MalformedMessageException {
    MalformedMessageException.require(bytes.length <= MAX_BYTES, "size");
    return parse(bytes, WireCodec::read);
  }

  /** Reads all of the bytes, no more and no less. */
  static <T> T parse(byte[] bytes, Reader<T> reader) throws MalformedMessageException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    try {
      T value = reader.read(in);
      MalformedMessageException.require(in.available() == 0, "trailing bytes");
      return value;
    } catch (EOFException e) {
      throw new MalformedMessageException("message ends early");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(DataOutputStream out, WireMessage message) throws IOException {
    switch (message) {
      case Probe probe -> probe(out, probe);
      case Table table -> table(out, table);
      case News news -> {
        out.writeByte(NEWS);
        text(out, news.relay());
        text(out, news.origin());
        out.writeLong(news.sequence());
        claim(out, news.claim());
      }
      case MetadataRequest request -> {
        out.writeByte(METADATA_REQUEST);
        text(out, request.correlationId());
        launch(out, request.launch());
      }
      case MetadataAnswer answer -> {
        out.writeByte(METADATA_ANSWER);
        text(out, answer.correlationId());
        launch(out, answer.launch());
        byte[] announcement = answer.announcement().encode();
        out.writeInt(announcement.length);
        out.write(announcement);
      }
    }
  }

  private static void probe(DataOutputStream out, Probe probe) throws IOException {
    out.writeByte(PROBE);
    out.writeByte(PROBES.indexOf(probe.kind()));
    text(out, probe.correlationId());
    launch(out, probe.route().from());
    launch(out, probe.route().to());
    Launch issuer = probe.route().issuer();
    out.writeBoolean(issuer != null);
    if (issuer != null) {
      launch(out, issuer);
    }
    Verdict verdict = probe.verdict();
    out.writeByte(verdict == null ? 0 : 1 + VERDICTS.indexOf(verdict));
  }

  private static void table(DataOutputStream out, Table table) throws IOException {
    out.writeByte(TABLE);
    out.writeBoolean(table.isAnswer());
    text(out, table.correlationId() == null ? "" : table.correlationId());
    if (table.claims().size() > MAX_CLAIMS) {
      throw new IllegalArgumentException(
          "a table of " + table.claims().size() + " members, at most " + MAX_CLAIMS + " fit");
    }
    out.writeShort(table.claims().size());
    for (Claim claim : table.claims()) {
      claim(out, claim);
    }
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    WireText.write(out, text, WireText.MAX_NAME);
  }

  private static void launch(DataOutputStream out, Launch launch) throws IOException {
    text(out, launch.launchId());
    text(out, launch.nodeId());
    text(out, launch.address());
  }

  private static void claim(DataOutputStream out, Claim claim) throws IOException {
    launch(out, claim.launch());
    int status = STATUSES.indexOf(claim.status());
    if (status < 0) {
      throw new IllegalArgumentException("status " + claim.status() + " is never sent");
    }
    out.writeByte(status);
    out.writeInt(claim.incarnation());
  }

  private static WireMessage read(DataInputStream in)
      throws IOException, MalformedMessageException {
    MalformedMessageException.require(in.readUnsignedByte() == VERSION, "version");
    int kind = in.readUnsignedByte();
    return switch (kind) {
      case PROBE -> probe(in);
      case TABLE -> table(in);
      case NEWS -> {
        String relay = name(in);
        String origin = name(in);
        long sequence = in.readLong();
        MalformedMessageException.require(sequence >= 0, "sequence");
        yield new News(relay, origin, sequence, claim(in));
      }
      case METADATA_REQUEST -> new MetadataRequest(name(in), launch(in));
      case METADATA_ANSWER -> {
        String correlationId = name(in);
        Launch launch = launch(in);
        int length = in.readInt();
        MalformedMessageException.require(length >= 0 && length <= in.available(), "length");
        ByteBuffer announcement = ByteBuffer.wrap(in.readNBytes(length));
        yield new MetadataAnswer(correlationId, launch, Announcement.decode(announcement));
      }
      default -> throw new MalformedMessageException("unknown kind " + kind);
    };
  }

  private static Probe probe(DataInputStream in) throws IOException, MalformedMessageException {
    ProbeKind kind = at(PROBES, in.readUnsignedByte());
    String correlationId = name(in);
    Launch from = launch(in);
    Launch to = launch(in);
    Launch issuer = bool(in) ? launch(in) : null;
    int verdict = in.readUnsignedByte();
    boolean answers = kind == ProbeKind.ACKNOWLEDGEMENT;
    MalformedMessageException.require(answers == verdict > 0, "verdict");
    MalformedMessageException.require(kind != ProbeKind.PING_REQUEST || issuer == null, "issuer");
    @Nullable Verdict said = answers ? at(VERDICTS, verdict - 1) : null;
    return new Probe(kind, correlationId, new Route(from, to, issuer), said);
  }

  private static Table table(DataInputStream in) throws IOException, MalformedMessageException {
    boolean isAnswer = bool(in);
    String correlationId = WireText.read(in, WireText.MAX_NAME);
    int count = in.readUnsignedShort();
    MalformedMessageException.require(count <= MAX_CLAIMS, "number of members");
    List<Claim> claims = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      claims.add(claim(in));
    }
    return new Table(isAnswer, correlationId.isEmpty() ? null : correlationId, claims);
  }

  private static Claim claim(DataInputStream in) throws IOException, MalformedMessageException {
    Launch launch = launch(in);
    MemberStatus status = at(STATUSES, in.readUnsignedByte());
    int incarnation = in.readInt();
    MalformedMessageException.require(
        incarnation >= 0 && incarnation <= MAX_INCARNATION, "incarnation");
    return new Claim(launch, status, incarnation);
  }

  private static Launch launch(DataInputStream in) throws IOException, MalformedMessageException {
    String launchId = name(in);
    String nodeId = name(in);
    String address = name(in);
    try {
      MalformedMessageException.require(new URI(address).getHost() != null, "address");
    } catch (URISyntaxException e) {
      throw new MalformedMessageException("address is no URI");
    }
    return new Launch(launchId, nodeId, address);
  }

  private static String name(DataInputStream in) throws IOException, MalformedMessageException {
    String name = WireText.read(in, WireText.MAX_NAME);
    MalformedMessageException.require(!name.isBlank(), "blank name");
    return name;
  }

  private static boolean bool(DataInputStream in) throws IOException, MalformedMessageException {
    int value = in.readUnsignedByte();
    MalformedMessageException.require(value <= 1, "flag");
    return value == 1;
  }

  private static <T> T at(List<T> values, int index) throws MalformedMessageException {
    MalformedMessageException.require(index < values.size(), "choice");
    return values.get(index);
  }
}

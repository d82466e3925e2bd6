// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.net.HttpHeaders;
import io.cairn.net.RawHeaders;
import io.cairn.net.forward.ForwardedFields.Attribute;
import io.cairn.wire.KnownTexts;
import io.cairn.wire.MalformedException;
import io.cairn.wire.WireWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardedMessagesTest {
  private static final String EVERY_VALUE = everyValue();

  private final KnownTexts known = new KnownTexts();

  /** All that may stand in a field. */
  private static String everyValue() {
    StringBuilder all = new StringBuilder("\t");
    for (char c = ' '; c <= 0xff; c++) {
      if (c != 0x7f) {
        all.append(c);
      }
    }
    return all.toString();
  }

  /** Fields as the parser of HTTP/1 leaves them. */
  private static RawHeaders raw(String... namesAndValues) {
    StringBuilder text = new StringBuilder("GET / HTTP/1.1\r\n");
    int[] slices = new int[2 * namesAndValues.length];
    for (int i = 0; i < namesAndValues.length; i++) {
      slices[2 * i] = text.length();
      text.append(namesAndValues[i]);
      slices[2 * i + 1] = text.length();
      text.append(i % 2 == 0 ? ": " : "\r\n");
    }
    byte[] bytes = ("xyz" + text).getBytes(StandardCharsets.ISO_8859_1);
    return new RawHeaders(bytes, 3, slices);
  }

  private static ForwardedRequest.Head head() {
    return new ForwardedRequest.Head(
        2,
        4,
        "/a/b",
        "c=d",
        "default/3",
        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 54321),
        "jane");
  }

  /** Lines of what a sink gets. */
  private static final class Lines implements ForwardedFields.Sink {
    final List<String> all = new ArrayList<>();

    @Override
    public void attribute(Attribute attribute, String value) {
      all.add(attribute + " " + value);
    }

    @Override
    public void field(String name, String value) {
      all.add(name + ": " + value);
    }
  }

  private static WireWriter begun() {
    return ForwardedRequest.begin(new WireWriter(), 1, head(), true, 1234);
  }

  private List<String> read(WireWriter out) {
    ForwardedFields.end(out);
    Lines lines = new Lines();
    ForwardedRequest read = ForwardedRequest.read(out.take(), known);
    read.fields(lines);
    assertThat(read.body()).isEmpty();
    return lines.all;
  }

  @Test
  void headIsReadAsItWasWritten() {
    byte[] body = {1, 2, 3};
    WireWriter out = begun();
    ForwardedFields.end(out);

    ForwardedRequest read = ForwardedRequest.read(out.take(body), known);

    assertThat(read.isPlainRead()).isTrue();
    assertThat(read.kind()).isEqualTo(2);
    assertThat(read.verb()).isEqualTo(4);
    assertThat(read.leftMicros()).isEqualTo(1234);
    assertThat(read.path()).isEqualTo("/a/b");
    assertThat(read.target()).isEqualTo("/a/b?c=d");
    assertThat(read.partition()).isEqualTo("default/3");
    assertThat(read.subject()).isEqualTo("jane");
    assertThat(read.caller()).isEqualTo(head().caller());
    read.fields(new Lines());
    assertThat(read.body()).isEqualTo(body);
  }

  @Test
  void whatIsNotKnownIsNotThere() {
    WireWriter out =
        ForwardedRequest.begin(
            new WireWriter(),
            1,
            new ForwardedRequest.Head(0, 0, "/", null, null, null, null),
            false,
            1);
    ForwardedFields.end(out);

    ForwardedRequest read = ForwardedRequest.read(out.take(), known);

    assertThat(read.isPlainRead()).isFalse();
    assertThat(read.target()).isEqualTo("/");
    assertThat(read.partition()).isNull();
    assertThat(read.caller()).isNull();
  }

  @Test
  void addressOfTheNextProtocolIsKept() {
    InetSocketAddress caller = new InetSocketAddress(InetAddress.ofLiteral("::1"), 65535);
    WireWriter out =
        ForwardedRequest.begin(
            new WireWriter(),
            1,
            new ForwardedRequest.Head(0, 0, "/", null, null, caller, null),
            false,
            1);
    assertThat(ForwardedRequest.read(out.take(), known).caller()).isEqualTo(caller);
  }

  @Test
  void fieldsGoAsTheyCame() {
    HttpHeaders headers =
        raw(
            "Accept",
            "*/*",
            "X-Odd!#$%&'*+-.^_`|~",
            EVERY_VALUE,
            "x-empty",
            "",
            "If-Match",
            "\"7\"",
            "Content-Type",
            "text/plain; charset=\u00fc",
            "REFERER",
            "http://a",
            "x-a",
            "1",
            "X-A",
            "2",
            "X-Xenon-Ctx-Id",
            "context",
            "x-xenon-tx-id",
            "transaction");
    WireWriter out = begun();

    assertThat(ForwardedFields.write(out, headers)).isTrue();

    assertThat(read(out))
        .containsExactly(
            "accept: */*",
            "x-odd!#$%&'*+-.^_`|~: " + EVERY_VALUE,
            "x-empty: ",
            "if-match: \"7\"",
            "CONTENT_TYPE text/plain; charset=\u00fc",
            "REFERER http://a",
            "x-a: 1",
            "x-a: 2",
            "CONTEXT context",
            "TRANSACTION transaction");
  }

  @Test
  void fieldsOfOtherProtocolsGoAsWell() {
    HttpHeaders headers =
        HttpHeaders.of("Content-Type", "a/b", "Accept", "*/*", "X-Other", EVERY_VALUE);
    WireWriter out = begun();

    assertThat(ForwardedFields.write(out, headers)).isTrue();

    assertThat(read(out))
        .containsExactly("CONTENT_TYPE a/b", "accept: */*", "x-other: " + EVERY_VALUE);
  }

  @Test
  void fieldsOfTheConnectionStayBehind() {
    String[] fields = {
      "Host",
      "a",
      "Connection",
      "close",
      "Expect",
      "100-continue",
      "Date",
      "x",
      "Upgrade",
      "x",
      "Content-Length",
      "7",
      "Transfer-Encoding",
      "chunked",
      "TE",
      "x",
      "Trailer",
      "x",
      "Keep-Alive",
      "x",
      "X-Kept",
      "yes"
    };
    for (HttpHeaders headers : List.of(raw(fields), HttpHeaders.of(fields))) {
      WireWriter out = begun();

      assertThat(ForwardedFields.write(out, headers)).isTrue();

      assertThat(read(out)).containsExactly("x-kept: yes");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pragma", "Pragma", "PRAGMA", "X-Cairn-Notification-Depth"})
  void fieldsForTheFirstNodeAreSeen(String name) {
    for (HttpHeaders headers :
        List.of(raw("accept", "*/*", name, "x"), HttpHeaders.of("accept", "*/*", name, "x"))) {
      assertThat(ForwardedFields.write(begun(), headers)).as(name).isFalse();
    }
  }

  @Test
  void everyNameThatHasANumberIsFoundByIt() {
    for (int number = FieldNumbers.ATTRIBUTES + Attribute.values().length;
        number <= FieldNumbers.last();
        number++) {
      String name = FieldNumbers.name(number);
      byte[] bytes = name.toUpperCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
      assertThat(FieldNumbers.numberOf(name)).as(name).isEqualTo(number);
      assertThat(FieldNumbers.numberOf(bytes, 0, bytes.length)).as(name).isEqualTo(number);
    }
    assertThat(FieldNumbers.numberOf("x-unknown")).isEqualTo(FieldNumbers.OTHER);
  }

  @Test
  void answerIsReadAsItWasWritten() {
    byte[] body = new byte[100_000];
    new Random(1).nextBytes(body);
    WireWriter out = ForwardedAnswer.begin(new WireWriter(), 409);
    ForwardedFields.write(out, Attribute.CONTENT_TYPE, "application/json");
    ForwardedFields.write(out, Attribute.REFERER, null);
    ForwardedFields.write(out, "etag", "\"8\"");
    ForwardedFields.write(out, "x-\u00fc", "\u2603");
    ForwardedFields.end(out);

    ForwardedAnswer read = ForwardedAnswer.read(out.take(body), known);
    Lines lines = new Lines();
    read.fields(lines);

    assertThat(read.status()).isEqualTo(409);
    assertThat(lines.all)
        .containsExactly("CONTENT_TYPE application/json", "etag: \"8\"", "x-\u00fc: \u2603");
    assertThat(read.body()).isEqualTo(body);
  }

  @Test
  void nodeThatDoesNotOwnTheTargetSaysNothingElse() {
    assertThat(ForwardedAnswer.read(ForwardedAnswer.moved(), known)).isNull();
    byte[] longer = Arrays.copyOf(ForwardedAnswer.moved(), 3);
    assertThatThrownBy(() -> ForwardedAnswer.read(longer, known))
        .isInstanceOf(MalformedException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1000})
  void thereIsNoSuchStatus(int status) {
    assertThatThrownBy(() -> ForwardedAnswer.begin(new WireWriter(), status))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void messagesOfOtherVersionsAreRefused() {
    for (int version = 0; version < 256; version++) {
      byte[] request = begun().take();
      byte[] answer = ForwardedAnswer.begin(new WireWriter(), 200).take();
      if (version == request[1]) {
        continue;
      }
      request[1] = (byte) version;
      answer[0] = (byte) version;
      assertThatThrownBy(() -> ForwardedRequest.read(request, known))
          .hasMessageContaining("run the same version");
      assertThatThrownBy(() -> ForwardedAnswer.read(answer, known))
          .hasMessageContaining("run the same version");
    }
  }

  @Test
  void messageWithMoreFieldsThanAnyHasIsRefused() {
    WireWriter out = begun();
    for (int i = 0; i < 1001; i++) {
      ForwardedFields.write(out, "accept", "");
    }
    assertThatThrownBy(() -> read(out)).hasMessageContaining("too many fields");
  }

  @Test
  void everyTruncationOfTheHeadIsRefused() {
    WireWriter out = begun();
    ForwardedFields.write(out, "x-a", "b");
    ForwardedFields.write(out, Attribute.REFERER, "c");
    ForwardedFields.end(out);
    byte[] whole = out.take();
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> ForwardedRequest.read(cut, known).fields(new Lines()))
          .as("%d of %d bytes", length, whole.length)
          .isInstanceOf(MalformedException.class);
    }
  }
}

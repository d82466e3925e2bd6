// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.net.HttpHeaders;
import io.cairn.net.HttpRequest;
import io.cairn.net.forward.ForwardedFields;
import io.cairn.net.forward.ForwardedRequest;
import io.cairn.runtime.documents.NotOwnerException;
import io.cairn.runtime.peers.PeerRequests;
import io.cairn.runtime.security.Subject;
import io.cairn.runtime.security.SubjectContext;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.wire.MalformedException;
import io.cairn.wire.WireWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardCodecTest {

  private static final String OWNER = "http://127.0.0.2:8001";
  private static final InetSocketAddress CALLER =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 4711);

  private static final ForwardCodec CODEC = new ForwardCodec();

  private static Operation patch() {
    return Operation.createPatch(URI.create("http://127.0.0.1:8000/a/b?x=1"))
        .setReferer("http://client/x")
        .setCaller(CALLER)
        .addRequestHeader("if-match", "\"7\"")
        .addRequestHeader("connection", "close")
        .setBodyNoCloning("{\"n\":1}".getBytes(StandardCharsets.UTF_8));
  }

  private static ForwardCodec.Forwarded sent(ForwardCodec.Kind kind, Operation op) {
    return decoded(ForwardCodec.encode(kind, op, 1234, "default/3"));
  }

  private static ForwardCodec.Forwarded decoded(byte[] payload) {
    return ForwardCodec.decode(CODEC.open(payload), OWNER);
  }

  @Test
  void operationReachesTheOwnerAsItsClientSentIt() {
    ForwardCodec.Forwarded forwarded = sent(ForwardCodec.Kind.REQUEST, patch());

    Operation op = forwarded.op();
    assertThat(forwarded.kind()).isEqualTo(ForwardCodec.Kind.REQUEST);
    assertThat(forwarded.leftMicros()).isEqualTo(1234);
    assertThat(forwarded.partition()).isEqualTo("default/3");
    assertThat(forwarded.bodyBytes()).isEqualTo(7);
    assertThat(op.getAction()).isEqualTo(Action.PATCH);
    assertThat(op.getUri()).hasToString("http://127.0.0.2:8001/a/b?x=1");
    assertThat(op.getRefererAsString()).isEqualTo("http://client/x");
    assertThat(op.getCaller()).isEqualTo(CALLER);
    assertThat(op.getRequestHeader("if-match")).isEqualTo("\"7\"");
    assertThat(op.getBodyRaw()).isEqualTo("{\"n\":1}".getBytes(StandardCharsets.UTF_8));
    assertThat(op.isRemote()).isTrue();
    assertThat(op.isForwarded()).isTrue();
  }

  @Test
  void headersOfTheClientsConnectionStayBehind() {
    assertThat(sent(ForwardCodec.Kind.REQUEST, patch()).op().getRequestHeaders())
        .containsOnlyKeys("if-match");
  }

  @Test
  void requestForOneNodeIsRoutedThereAsAnyOther() {
    assertThat(sent(ForwardCodec.Kind.NODE, patch()).op().isForwarded()).isFalse();
  }

  @Test
  void everyTruncationIsRefused() {
    Operation patch = patch().setBodyNoCloning(null);
    byte[] whole = ForwardCodec.encode(ForwardCodec.Kind.CREATE, patch, 1234, null);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> decoded(cut))
          .as("%d of %d bytes", length, whole.length)
          .isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void answerComesBackAsItWasGiven() {
    Operation op = sent(ForwardCodec.Kind.REQUEST, patch()).op();
    op.setStatusCode(409).addResponseHeader("etag", "\"8\"").setBodyNoCloning("no");

    var outcome = CODEC.decodeAnswer(ForwardCodec.encodeAnswer(op, new Exception("no")));

    assertThat(outcome).isInstanceOf(ForwardedOutcome.Done.class);
    Operation asked = patch();
    ((ForwardedOutcome.Done) outcome).give(asked, "The owner");
    assertThat(asked.getStatusCode()).isEqualTo(409);
    assertThat(asked.getResponseHeader("etag")).isEqualTo("\"8\"");
    assertThat(asked.getBodyRaw()).isEqualTo("no".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void nodeThatDoesNotOwnTheTargetSaysNothingElse() {
    Operation op = sent(ForwardCodec.Kind.REQUEST, patch()).op();

    byte[] answer = ForwardCodec.encodeAnswer(op, new NotOwnerException(op, "not mine"));

    assertThat(CODEC.decodeAnswer(answer)).isEqualTo(new ForwardedOutcome.Moved());
  }

  @Test
  void failureOfAnotherOperationThatAHandlerPassesOnIsItsAnswer() {
    Operation op = sent(ForwardCodec.Kind.REQUEST, patch()).op();
    for (Operation inner : List.of(patch(), op.clone())) {
      op.setStatusCode(503);

      byte[] answer = ForwardCodec.encodeAnswer(op, new NotOwnerException(inner, "not mine"));

      assertThat(CODEC.decodeAnswer(answer)).isInstanceOf(ForwardedOutcome.Done.class);
    }
  }

  @Test
  void requestForOneNodeIsAnsweredAlsoWhereTheNodeIsNotTheOwner() {
    Operation op = sent(ForwardCodec.Kind.NODE, patch()).op();
    op.setStatusCode(503);

    byte[] answer = ForwardCodec.encodeAnswer(op, new NotOwnerException(op, "not mine"));

    assertThat(CODEC.decodeAnswer(answer)).isInstanceOf(ForwardedOutcome.Done.class);
  }

  private static ForwardCodec.Forwarded handedOn(HttpRequest request) {
    byte[] payload =
        ForwardCodec.encode(
            Action.PATCH, request, new ForwardCodec.Way(1234, "default/3", null), CALLER);
    return decoded(payload);
  }

  @Test
  void requestThatIsHandedOnReachesTheOwnerAsItsClientSentIt() {
    byte[] body = {'{', (byte) 0xff, 0, 13, 10};
    Operation op =
        handedOn(
                new HttpRequest(
                    "PATCH",
                    "/a/b?x=1",
                    "host",
                    HttpHeaders.of(
                        "If-Match", "\"7\"", "X-Xenon-Ctx-Id", "context", "Connection", "close"),
                    body))
            .op();

    assertThat(op.getAction()).isEqualTo(Action.PATCH);
    assertThat(op.getUri()).hasToString("http://127.0.0.2:8001/a/b?x=1");
    assertThat(op.getReferer()).hasToString("http://127.0.0.1:4711/unknown-client");
    assertThat(op.getCaller()).isEqualTo(CALLER);
    assertThat(op.getContextId()).isEqualTo("context");
    assertThat(op.getContentType()).isEqualTo("application/json");
    assertThat(op.getRequestHeaders()).isEqualTo(Map.of("if-match", "\"7\""));
    assertThat(op.getBodyRaw()).isEqualTo(body);
    assertThat(op.isForwarded()).isTrue();
    assertThat(op.isRemote()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/xml", "application/yaml"})
  void textIsTextAtTheOwnerToo(String type) {
    byte[] body = "gr\u00fc\u00df \u2603".getBytes(StandardCharsets.UTF_8);
    HttpRequest request =
        new HttpRequest("PATCH", "/a", "host", HttpHeaders.of("content-type", type), body);

    assertThat(handedOn(request).op().getBodyRaw()).isEqualTo("gr\u00fc\u00df \u2603");
  }

  @Test
  void subjectIsWhoTheSendingNodeHasProved() {
    SubjectContext jane = SubjectContext.of(Subject.user("/core/authz/users/jane"));
    Operation op = patch().setAuthorizationContext(jane);
    assertThat(sent(ForwardCodec.Kind.NODE, op).op().getAuthorizationContext()).isEqualTo(jane);

    Operation claimed = patch().setAuthorizationContext(SubjectContext.SYSTEM);
    assertThat(sent(ForwardCodec.Kind.REQUEST, claimed).op().getAuthorizationContext()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"subject", "Subject", "x-cairn-subject", "x-xenon-subject"})
  void noFieldOfAClientBecomesTheSubject(String field) {
    String system = "{\"link\":\"/core/authz/system-user\",\"kind\":\"SYSTEM\"}";
    HttpRequest request =
        new HttpRequest("PATCH", "/a", "host", HttpHeaders.of(field, system), new byte[] {'1'});

    assertThat(handedOn(request).op().getAuthorizationContext()).isNull();
    Operation op = patch().addRequestHeader(field, system);
    assertThat(sent(ForwardCodec.Kind.REQUEST, op).op().getAuthorizationContext()).isNull();
  }

  @Test
  void subjectThatIsNoneIsRefused() {
    for (String text : new String[] {"", "{", "{}", "{\"link\":\"/a\",\"kind\":\"KING\"}"}) {
      WireWriter out =
          ForwardedRequest.begin(
              new WireWriter(),
              PeerRequests.OPERATION,
              new ForwardedRequest.Head(0, 0, "/", null, null, null, text),
              false,
              1);
      ForwardedFields.end(out);
      byte[] payload = out.take();
      assertThatThrownBy(() -> decoded(payload)).isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void requestWithADirectiveIsNotHandedOn() {
    HttpRequest request =
        new HttpRequest(
            "GET", "/a", "host", HttpHeaders.of("Pragma", "no-cache"), HttpRequest.NO_BODY);
    assertThat(
            ForwardCodec.encode(Action.GET, request, new ForwardCodec.Way(1, null, null), CALLER))
        .isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /a, accept, true",
    "PUT, /a, accept, false",
    "GET, /a?b, accept, false",
    "GET, /a, if-match, false",
    "GET, /a, If-None-Match, false",
  })
  void readOfADocumentAsItIsSaysSo(Action action, String target, String field, boolean plain) {
    HttpRequest request =
        new HttpRequest(
            action.name(), target, "host", HttpHeaders.of(field, "x"), HttpRequest.NO_BODY);

    byte[] payload =
        ForwardCodec.encode(action, request, new ForwardCodec.Way(1, null, null), CALLER);

    assertThat(CODEC.open(payload).isPlainRead()).isEqualTo(plain);
  }

  @Test
  void kindsVerbsAndTargetsThatThereAreNotAreRefused() {
    for (ForwardedRequest.Head head :
        List.of(
            new ForwardedRequest.Head(4, 0, "/", null, null, null, null),
            new ForwardedRequest.Head(0, 50, "/", null, null, null, null),
            new ForwardedRequest.Head(0, 0, "/ /", null, null, null, null))) {
      WireWriter out = ForwardedRequest.begin(new WireWriter(), 1, head, false, 1);
      ForwardedFields.end(out);
      assertThatThrownBy(() -> decoded(out.take())).isInstanceOf(MalformedException.class);
    }
  }
}

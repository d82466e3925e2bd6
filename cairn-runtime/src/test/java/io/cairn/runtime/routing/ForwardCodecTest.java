// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.runtime.documents.NotOwnerException;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.wire.MalformedException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ForwardCodecTest {

  private static final URI OWNER = URI.create("http://127.0.0.2:8001");
  private static final InetSocketAddress CALLER =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 4711);

  private static Operation patch() {
    return Operation.createPatch(URI.create("http://127.0.0.1:8000/a/b?x=1"))
        .setReferer("http://client/x")
        .setCaller(CALLER)
        .addRequestHeader("if-match", "\"7\"")
        .addRequestHeader("connection", "close")
        .setBodyNoCloning("{\"n\":1}".getBytes(StandardCharsets.UTF_8));
  }

  private static ForwardCodec.Forwarded sent(ForwardCodec.Kind kind, Operation op) {
    return ForwardCodec.decode(ForwardCodec.encode(kind, op, 1234, "default/3"), OWNER);
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
    byte[] whole = ForwardCodec.encode(ForwardCodec.Kind.CREATE, patch(), 1234, null);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> ForwardCodec.decode(cut, OWNER))
          .as("%d of %d bytes", length, whole.length)
          .isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void answerComesBackAsItWasGiven() {
    Operation op = sent(ForwardCodec.Kind.REQUEST, patch()).op();
    op.setStatusCode(409).addResponseHeader("etag", "\"8\"").setBodyNoCloning("no");

    var outcome = ForwardCodec.decodeAnswer(ForwardCodec.encodeAnswer(op, new Exception("no")));

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

    assertThat(ForwardCodec.decodeAnswer(answer)).isEqualTo(new ForwardedOutcome.Moved());
  }

  @Test
  void failureOfAnotherOperationThatAHandlerPassesOnIsItsAnswer() {
    Operation op = sent(ForwardCodec.Kind.REQUEST, patch()).op();
    for (Operation inner : List.of(patch(), op.clone())) {
      op.setStatusCode(503);

      byte[] answer = ForwardCodec.encodeAnswer(op, new NotOwnerException(inner, "not mine"));

      assertThat(ForwardCodec.decodeAnswer(answer)).isInstanceOf(ForwardedOutcome.Done.class);
    }
  }

  @Test
  void requestForOneNodeIsAnsweredAlsoWhereTheNodeIsNotTheOwner() {
    Operation op = sent(ForwardCodec.Kind.NODE, patch()).op();
    op.setStatusCode(503);

    byte[] answer = ForwardCodec.encodeAnswer(op, new NotOwnerException(op, "not mine"));

    assertThat(ForwardCodec.decodeAnswer(answer)).isInstanceOf(ForwardedOutcome.Done.class);
  }
}

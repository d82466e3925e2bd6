// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.service.Operation.OperationOption;
import io.cairn.service.Operation.SerializedOperation;
import io.cairn.service.Service.Action;
import io.cairn.service.http.ServerSentEvent;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

class OperationTest {
  private static final URI TARGET = URI.create("http://127.0.0.1:8000/core/examples");

  /** A document with mutable parts. */
  public static class Note extends ServiceDocument {
    public String text;
    public Map<String, String> tags = new HashMap<>();
  }

  private static Note note(String text) {
    Note note = new Note();
    note.text = text;
    return note;
  }

  // ---- body

  @Test
  void bodyIsParsedOnceHoweverOftenItIsRead() {
    Operation op = Operation.createPost(TARGET).setBody("{\"text\":\"hello\"}");

    Note first = op.getBody(Note.class);

    assertThat(first.text).isEqualTo("hello");
    assertThat(op.getBody(Note.class)).isSameAs(first);
    assertThat(op.getBodyRaw()).isEqualTo("{\"text\":\"hello\"}");
  }

  @Test
  void bodyIsReadAsOneTypeAndThenAsAnother() {
    Operation op = Operation.createPost(TARGET).setBody("{\"text\":\"hello\",\"message\":\"m\"}");

    assertThat(op.getBody(Note.class).text).isEqualTo("hello");
    assertThat(op.getBody(ServiceErrorResponse.class).message).isEqualTo("m");
    assertThat(op.getBody(Note.class).text).isEqualTo("hello");
  }

  @Test
  void typedBodyIsReadAsAnotherTypeAndAsText() {
    Operation op = Operation.createPost(TARGET).setBody(note("hello"));

    assertThat(op.getBody(ServiceDocument.class)).isInstanceOf(Note.class);
    assertThat(op.getBody(String.class)).contains("\"text\":\"hello\"");
  }

  @Test
  void absentBodyIsTheFaultOfTheRequest() {
    Operation op = Operation.createPost(TARGET);

    assertThat(op.hasBody()).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> op.getBody(Note.class))
        .withMessage("body is required");
  }

  @Test
  void unreadableBodyIsAnIllegalArgument() {
    Operation op = Operation.createPost(TARGET).setBody("{\"text\":\"hello\"}}");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> op.getBody(Note.class))
        .withMessageContaining("Unparseable JSON body");
  }

  @Test
  void bodyOfAnotherMediaTypeIsNotReadAsJson() {
    Operation op = Operation.createPost(TARGET).setBody("text=hello");
    op.setContentType(Operation.MEDIA_TYPE_APPLICATION_X_WWW_FORM_ENCODED);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> op.getBody(Note.class))
        .withMessageContaining("Unrecognized Content-Type");
  }

  @Test
  void laterChangesToWhatWasSetDoNotReachTheBody() {
    Note mine = note("before");
    Operation op = Operation.createPost(TARGET).setBody(mine);

    mine.text = "after";
    mine.tags.put("k", "v");

    assertThat(op.getBody(Note.class).text).isEqualTo("before");
    assertThat(op.getBody(Note.class).tags).isEmpty();
  }

  @Test
  void bodyIsSharedWhenTheCallerAsksForIt() {
    Note mine = note("x");

    assertThat(new Operation().setBodyNoCloning(mine).getBodyRaw()).isSameAs(mine);
    Operation uncloned = new Operation().toggleOption(OperationOption.CLONING_DISABLED, true);
    assertThat(uncloned.setBody(mine).getBodyRaw()).isSameAs(mine);
    assertThat(new Operation().linkState(mine).setBody(mine).getBodyRaw()).isSameAs(mine);
  }

  @Test
  void newBodyReplacesTheParsedOne() {
    Operation op = new Operation().setBody("{\"text\":\"a\"}");
    assertThat(op.getBody(Note.class).text).isEqualTo("a");

    op.setBody("{\"text\":\"b\"}");

    assertThat(op.getBody(Note.class).text).isEqualTo("b");
    assertThat(op.setBody(null).hasBody()).isFalse();
  }

  // ---- headers and pragmas

  @Test
  void headerNamesAreCaseless() {
    Operation op = new Operation().addRequestHeader("X-My-Header", " value ");

    assertThat(op.getRequestHeader("x-my-header")).isEqualTo("value");
    assertThat(op.getRequestHeader("X-MY-HEADER")).isEqualTo("value");
    assertThat(op.getRequestHeaderAsIs("x-my-header")).isEqualTo("value");
    assertThat(op.getRequestHeaders()).containsOnlyKeys("x-my-header");
  }

  @Test
  void lineBreaksCannotForgeAnotherHeader() {
    Operation op = new Operation();
    op.addResponseHeader("location\r\n", "/a\r\nset-cookie: stolen=1");
    op.addResponseHeaderAsIs("etag", "1\n2");
    op.addResponseCookie("c", "v\r\nx: y");

    assertThat(op.getResponseHeader("location")).isEqualTo("/aset-cookie: stolen=1");
    assertThat(op.getResponseHeader("etag")).isEqualTo("12");
    assertThat(op.getResponseCookies()).containsExactly("c=vx: y");
  }

  @Test
  void headerLineIsSplitAtItsFirstColon() {
    Operation op = new Operation().addRequestHeader("Range: bytes=0:5");

    assertThat(op.getRequestHeader("range")).isEqualTo("bytes=0:5");
    assertThatIllegalArgumentException().isThrownBy(() -> op.addRequestHeader("no colon"));
  }

  @Test
  void headersAreTransferredWithoutTouchingTheSource() {
    Operation source = new Operation().addRequestHeader("a", "1").addResponseHeader("b", "2");
    source.addResponseCookie("c", "3");
    Operation target = new Operation();

    target.transferRequestHeadersFrom(source).transferResponseHeadersFrom(source);
    target.addRequestHeader("a", "changed");

    assertThat(source.getRequestHeader("a")).isEqualTo("1");
    assertThat(target.getResponseHeader("b")).isEqualTo("2");
    assertThat(target.getResponseCookies()).containsExactly("c=3");
  }

  @Test
  void pragmasAreAddedOnceAndRemovedAlone() {
    Operation op = new Operation();
    op.addPragmaDirective(Operation.PRAGMA_DIRECTIVE_NOTIFICATION);
    op.addPragmaDirective(Operation.PRAGMA_DIRECTIVE_FORWARDED);
    op.addPragmaDirective(Operation.PRAGMA_DIRECTIVE_FORWARDED);

    assertThat(op.getRequestHeader("pragma")).isEqualTo("xn-nt;xn-fwd");
    assertThat(op.isNotification()).isTrue();
    assertThat(op.isForwarded()).isTrue();

    op.removePragmaDirective(Operation.PRAGMA_DIRECTIVE_NOTIFICATION);

    assertThat(op.isNotification()).isFalse();
    assertThat(op.isForwarded()).isTrue();
    op.removePragmaDirective(Operation.PRAGMA_DIRECTIVE_FORWARDED);
    assertThat(op.getRequestHeader("pragma")).isNull();
  }

  @Test
  void pragmaMatchesWholeTokensOnly() {
    Operation op = new Operation().addRequestHeader("Pragma", "no-cache; xn-nt-skipped ,xn-queue");

    assertThat(op.hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_NOTIFICATION)).isFalse();
    assertThat(op.hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_SKIPPED_NOTIFICATIONS)).isTrue();
    assertThat(op.hasAnyPragmaDirective("other", "xn-queue")).isTrue();
    assertThat(op.hasAnyPragmaDirective("skipped", "xn")).isFalse();
  }

  // ---- options

  @ParameterizedTest
  @EnumSource(OperationOption.class)
  void optionsAreIndependent(OperationOption option) {
    Operation op = new Operation().setKeepAlive(false);

    op.toggleOption(option, true);
    assertThat(op.getOptions()).containsExactly(option);

    op.toggleOption(option, false);
    assertThat(op.getOptions()).isEmpty();
  }

  @Test
  void retryCountIsBounded() {
    assertThat(new Operation().setRetryCount(3).getRetryCount()).isEqualTo(3);
    assertThatIllegalArgumentException().isThrownBy(() -> new Operation().setRetryCount(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> new Operation().setRetryCount(1 << 20));
  }

  // ---- failure rules

  @Test
  void failureOfUnknownSortIsAServerError() {
    Operation op = failedWith(new Operation(), new IllegalStateException("broken"));

    assertThat(op.getStatusCode()).isEqualTo(500);
    assertThat(op.getErrorResponseBody().message).isEqualTo("broken");
    assertThat(op.getErrorResponseBody().statusCode).isEqualTo(500);
  }

  @Test
  void invalidArgumentIsABadRequest() {
    assertThat(failedWith(new Operation(), new IllegalArgumentException("no")).getStatusCode())
        .isEqualTo(400);
    assertThat(
            failedWith(new Operation(), new CompletionException(new IllegalArgumentException("no")))
                .getStatusCode())
        .isEqualTo(400);
  }

  @Test
  void timeoutIsARequestTimeout() {
    assertThat(failedWith(new Operation(), new TimeoutException()).getStatusCode()).isEqualTo(408);
  }

  @Test
  void statusChosenByTheHandlerStands() {
    Operation op = new Operation().setStatusCode(404);

    assertThat(failedWith(op, new IllegalArgumentException("gone")).getStatusCode()).isEqualTo(404);
    assertThat(op.getErrorResponseBody().statusCode).isEqualTo(404);
  }

  @Test
  void requestBodyThatLooksLikeAnErrorIsNotTheAnswer() {
    Operation op = Operation.createPost(TARGET).setBody("{\"message\":\"from the client\"}");

    failedWith(op, new IllegalStateException("broken"));

    assertThat(op.getErrorResponseBody().message).isEqualTo("broken");
  }

  @Test
  void answerThatArrivedWithItsStatusIsKept() {
    Operation op = new Operation().setStatusCode(409).setBody("{\"message\":\"from the peer\"}");

    failedWith(op, new IllegalStateException("request failed"));

    assertThat(op.getErrorResponseBody().message).isEqualTo("from the peer");
  }

  @Test
  void ownErrorBodyIsKept() {
    ServiceErrorResponse own = new ServiceErrorResponse();
    own.message = "mine";
    own.setErrorCode(17);
    Operation op = new Operation();

    op.fail(new IllegalStateException("x"), own);

    assertThat(op.getBody(ServiceErrorResponse.class).getErrorCode()).isEqualTo(17);
    assertThat(op.getBody(ServiceErrorResponse.class).statusCode).isEqualTo(500);
    assertThat(op.getContentType()).isEqualTo("application/json");
  }

  @Test
  void statusBelowTheFailureRangeIsRaised() {
    Operation op = new Operation();
    op.fail(200, new IllegalStateException("x"), null);
    assertThat(op.getStatusCode()).isEqualTo(400);
  }

  @Test
  void staticFailersSetStatusAndErrorCode() {
    Operation unsupported = Operation.createPut(TARGET);
    Operation.failActionNotSupported(unsupported);
    assertThat(unsupported.getStatusCode()).isEqualTo(405);

    Operation missing = Operation.createGet(TARGET);
    Operation.failServiceNotFound(missing);
    assertThat(missing.getStatusCode()).isEqualTo(404);
    assertThat(missing.getErrorResponseBody().getErrorCode()).isEqualTo(0x80000000);
    assertThat(missing.getErrorResponseBody().message).contains("/core/examples");

    Operation refused = Operation.createGet(TARGET);
    Operation.failLimitExceeded(
        refused, ServiceErrorResponse.ERROR_CODE_SERVICE_QUEUE_LIMIT_EXCEEDED, "queue");
    assertThat(refused.getStatusCode()).isEqualTo(503);
    assertThat(refused.getResponseHeader("retry-after")).isEqualTo("1");
    assertThat(refused.getErrorResponseBody().getErrorCode()).isEqualTo(0x80000007);

    Operation own = Operation.createGet(TARGET);
    Operation.fail(own, 422, 99, new IllegalStateException("odd"));
    assertThat(own.getErrorResponseBody().getErrorCode()).isEqualTo(99);
    assertThat(own.getErrorResponseBody().statusCode).isEqualTo(422);
  }

  @Test
  void forwardedFailureIsPassedOnAsItCame() {
    Operation forwarded = new Operation().setStatusCode(503).addResponseHeader("retry-after", "2");
    forwarded.setBody("{\"message\":\"busy\"}");
    Operation op = Operation.createGet(TARGET);

    Operation.failForwardedRequest(op, forwarded, new IllegalStateException("forwarding failed"));

    assertThat(op.getStatusCode()).isEqualTo(503);
    assertThat(op.getResponseHeader("retry-after")).isEqualTo("2");
    assertThat(op.getErrorResponseBody().message).isEqualTo("busy");
  }

  private static Operation failedWith(Operation op, Throwable failure) {
    op.fail(failure);
    return op;
  }

  // ---- the rest

  @Test
  void contextIsTakenFromTheThreadThatCreates() {
    OperationContext.setContextId("ctx");
    OperationContext.setTransactionId("tx");
    try {
      Operation op = new Operation();
      assertThat(op.getContextId()).isEqualTo("ctx");
      assertThat(op.isWithinTransaction()).isTrue();
    } finally {
      OperationContext.reset();
    }
    assertThat(new Operation().getContextId()).isNull();
  }

  @Test
  void cloneIsIndependentButCompletesTheSameHandler() {
    Operation op = Operation.createGet(TARGET).addRequestHeader("a", "1").setRetryCount(1);
    int[] completed = {0};
    op.setCompletion((o, e) -> completed[0]++);

    Operation copy = op.clone();
    copy.addRequestHeader("a", "2").setRetryCount(2);
    copy.complete();

    assertThat(copy.getId()).isEqualTo(op.getId());
    assertThat(op.getRequestHeader("a")).isEqualTo("1");
    assertThat(op.getRetryCount()).isEqualTo(1);
    assertThat(completed[0]).isEqualTo(1);
  }

  @Test
  void idsDiffer() {
    assertThat(new Operation().getId()).isNotEqualTo(new Operation().getId());
  }

  @Test
  void serializedOperationNamesEveryPart() {
    Operation op = Operation.createPatch(URI.create("http://host:8000/a/b?x=1"));
    op.setBody("{\"k\":1}").setReferer("http://r/").setContextId("ctx");

    SerializedOperation document = SerializedOperation.create(op);

    assertThat(document.action).isEqualTo(Action.PATCH);
    assertThat(document.host).isEqualTo("host");
    assertThat(document.port).isEqualTo(8000);
    assertThat(document.path).isEqualTo("/a/b");
    assertThat(document.query).isEqualTo("x=1");
    assertThat(document.jsonBody).isEqualTo("{\"k\":1}");
    assertThat(document.contextId).isEqualTo("ctx");
    assertThat(document.id).isEqualTo(op.getId());
    assertThat(document.documentKind)
        .isEqualTo("com:vmware:xenon:common:Operation:SerializedOperation");
  }

  @Test
  void textForLogsNeverShowsTheBody() {
    Operation op = Operation.createPost(TARGET).setBody("{\"password\":\"secret\"}");

    assertThat(op.toString()).startsWith("POST http://127.0.0.1:8000/core/examples");
    assertThat(op.toString() + op.toLogString()).doesNotContain("secret");
  }

  @Test
  void eventStreamNeedsATransportThatHasOne() {
    assertThatIllegalStateException().isThrownBy(() -> new Operation().startEventStream());
  }

  @Test
  void eventsReachTheSinkBehindTheHeaders() {
    StringBuilder seen = new StringBuilder();
    Operation op =
        new Operation()
            .setEventStreamSink(
                new HostRuntime.EventStreamSink() {
                  @Override
                  public void sendHeaders(Operation sent) {
                    seen.append(sent.getContentType()).append('|');
                  }

                  @Override
                  public void send(ServerSentEvent event) {
                    seen.append(event.data);
                  }
                });

    op.startEventStream();
    op.sendServerSentEvent(new ServerSentEvent().setData("one"));

    assertThat(seen).hasToString("text/event-stream|one");
  }

  // ---- who still waits

  @Test
  void operationIsCancelledWhenItsSenderGivesUpOrHasGone() {
    Operation late = Operation.createGet(URI.create("http://localhost/a"));
    Operation stored = Operation.createGet(URI.create("http://localhost/a"));
    AtomicBoolean gone = new AtomicBoolean();
    Operation left =
        Operation.createGet(URI.create("http://localhost/a")).setAbandonment(gone::get);
    Operation copy = left.clone();
    assertThat(late.isCancelled() || stored.isCancelled() || copy.isCancelled()).isFalse();

    assertThat(late.tryGiveUp()).isTrue();
    assertThat(stored.tryCommit()).isTrue();
    assertThat(stored.tryGiveUp()).as("the log may have it").isFalse();
    gone.set(true);

    assertThat(List.of(late, stored, left, copy)).allMatch(Operation::isCancelled);
    assertThat(late.tryCommit()).isFalse();
    assertThat(stored.tryCommit()).isTrue();
  }

  @Test
  void answerThatComesTooLateIsNoTroubleOfTheHost() {
    Logger logger = (Logger) LoggerFactory.getLogger(Operation.class);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    try {
      Operation late = Operation.createGet(URI.create("http://localhost/late"));
      late.tryGiveUp();
      late.fail(new TimeoutException("as expected"));
      late.complete();
      assertThat(log.list).noneMatch(event -> event.getLevel().isGreaterOrEqual(Level.WARN));

      Operation twice = Operation.createGet(URI.create("http://localhost/twice"));
      twice.complete();
      twice.complete();
      assertThat(log.list)
          .anyMatch(event -> event.getFormattedMessage().contains("Completed twice"));
    } finally {
      logger.detachAppender(log);
    }
  }
}

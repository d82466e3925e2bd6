// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.xenon;

import io.cairn.document.ServiceDocument;
import io.cairn.service.DeferredResult;
import io.cairn.service.Operation;
import io.cairn.service.Operation.CompletionHandler;
import io.cairn.service.Utils;
import io.cairn.testkit.TestContext;
import io.cairn.testkit.TestContext.WaitHandler;
import io.cairn.testkit.TestRequestSender;
import java.net.URI;
import java.time.Duration;
import java.util.Date;
import java.util.EnumSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;

/** How a test waits for what it has sent: with a context of its own, or with that of the host. */
abstract class VerificationWaits extends ExampleServiceHost {

  /** Whether the test is to take long; read from {@code -Dxenon.isStressTest}. */
  public boolean isStressTest;

  /** How long a test that takes long goes on, in seconds. */
  public long testDurationSeconds;

  private volatile Duration timeout = TestContext.DEFAULT_WAIT;
  private volatile @Nullable TestContext context;

  // Time

  /** How long is waited for anything. */
  public VerificationHost setTimeoutSeconds(int seconds) {
    timeout = Duration.ofSeconds(seconds);
    return (VerificationHost) this;
  }

  /** How long is waited for anything, in whole seconds. */
  public int getTimeoutSeconds() {
    return Math.toIntExact(timeout.toSeconds());
  }

  final Duration timeout() {
    return timeout;
  }

  /** When what begins now will have timed out. */
  @SuppressWarnings("JavaUtilDate") // the type that tests expect
  public Date getTestExpiration() {
    return new Date(Utils.fromNowMicrosUtc(timeout.toNanos() / 1000) / 1000);
  }

  /** Whether the test is to take long. */
  public boolean isStressTest() {
    return isStressTest;
  }

  /** Says whether the test is to take long; if so, ten minutes are waited for anything. */
  public void setStressTest(boolean stress) {
    isStressTest = stress;
    if (stress) {
      timeout = Duration.ofMinutes(10);
    }
  }

  /** Whether the test goes on for a time that was said in {@link #testDurationSeconds}. */
  public boolean isLongDurationTest() {
    return testDurationSeconds > 0;
  }

  /** Waits until a condition holds. */
  public void waitFor(String timeoutMessage, WaitHandler condition) {
    TestContext.waitFor(timeout, condition, timeoutMessage);
  }

  // Contexts

  /** A context that waits for a number of completions. */
  public TestContext testCreate(int count) {
    return new TestContext(count, timeout);
  }

  /** As the other form; throws {@link ArithmeticException} if the count is no {@code int}. */
  public TestContext testCreate(long count) {
    return testCreate(Math.toIntExact(count));
  }

  /** Waits for the completions that a context counts; throws if one of them failed. */
  public void testWait(TestContext ctx) {
    ctx.await();
  }

  /** Begins to wait for a number of completions, which the host's own handlers count. */
  public void testStart(long count) {
    context = testCreate(count);
  }

  /** As the other form, with a name for messages and the log. */
  public void testStart(String testName, @Nullable EnumSet<TestProperty> properties, long count) {
    testStart(count);
    context().setTestName(testName).logBefore();
  }

  /** Waits for what {@link #testStart} announced, for a number of seconds. */
  public void testWait(int timeoutSeconds) {
    context().setTimeout(Duration.ofSeconds(timeoutSeconds)).await();
  }

  /** Says in the log how many completions there were in a second. */
  public void logThroughput() {
    var _ = context().logAfter();
  }

  /** Waits for what {@link #testStart} announced. */
  public void testWait() {
    context().await();
  }

  private TestContext context() {
    TestContext present = context;
    if (present == null) {
      throw new IllegalStateException("testStart(count) comes first");
    }
    return present;
  }

  /** Counts a completion for {@link #testStart}. */
  public void completeIteration() {
    context().complete();
  }

  /** Fails the wait that {@link #testStart} announced. */
  public void failIteration(Throwable failure) {
    context().fail(failure);
  }

  /** A completion for {@link #testStart}, of operations that succeed. */
  public CompletionHandler getCompletion() {
    return context().getCompletion();
  }

  /** A completion for {@link #testStart}, of deferred results that succeed. */
  public <T> BiConsumer<T, Throwable> getCompletionDeferred() {
    return context().getCompletionDeferred();
  }

  /** A completion for {@link #testStart}, of operations that fail. */
  public CompletionHandler getExpectedFailureCompletion() {
    return context().getExpectedFailureCompletion();
  }

  /** As the other form, with a status. */
  public CompletionHandler getExpectedFailureCompletion(@Nullable Integer status) {
    return (op, failure) -> {
      if (failure == null || (status != null && op.getStatusCode() != status)) {
        failIteration(
            new IllegalStateException(
                "Expected to fail with " + status + ", but got " + op.getStatusCode()));
      } else {
        completeIteration();
      }
    };
  }

  /** As the form without status; the failure is put into an array. */
  public CompletionHandler getExpectedFailureCompletionReturningThrowable(Throwable[] failures) {
    return (op, failure) -> {
      if (failure == null) {
        failIteration(new IllegalStateException("Expected to fail, but got " + op));
      } else {
        failures[0] = failure;
        completeIteration();
      }
    };
  }

  /** A completion for {@link #testStart}, which puts the link of the answer into an array. */
  public CompletionHandler getCompletionWithSelflink(String[] links) {
    return (op, failure) -> {
      if (failure != null) {
        failIteration(failure);
        return;
      }
      links[0] = op.getBody(ServiceDocument.class).documentSelfLink;
      completeIteration();
    };
  }

  /** A completion for {@link #testStart}, of operations that succeed or fail. */
  public CompletionHandler getSuccessOrFailureCompletion() {
    return (op, failure) -> completeIteration();
  }

  /** A handler for {@link #testStart}: what it throws fails the wait. */
  public CompletionHandler getSafeHandler(CompletionHandler handler) {
    return getSafeHandler(context(), handler);
  }

  /** A handler whose exceptions and failed assertions fail a context. */
  public CompletionHandler getSafeHandler(TestContext ctx, CompletionHandler handler) {
    return (op, failure) -> {
      try {
        handler.handle(op, failure);
      } catch (RuntimeException | AssertionError e) {
        ctx.fail(e);
      }
    };
  }

  // Sending

  /** A sender that waits for answers. */
  public TestRequestSender getTestRequestSender() {
    TestRequestSender sender = new TestRequestSender(this);
    sender.setTimeout(timeout);
    return sender;
  }

  /** Who operations of the test come from. */
  public URI getReferer() {
    return getUri();
  }

  private Operation prepared(Operation op) {
    return op.hasReferer() ? op : op.setReferer(getReferer());
  }

  /** Sends an operation; its completion runs when the answer is there. */
  public void send(Operation op) {
    sendRequest(prepared(op));
  }

  /** Sends an operation and waits for what its completion counts for {@link #testStart}. */
  public void sendAndWait(Operation op) {
    testStart(1);
    send(op);
    testWait();
  }

  /** Sends an operation and waits for its success. */
  public void sendAndWaitExpectSuccess(Operation op) {
    var _ = getTestRequestSender().sendAndWait(op);
  }

  /** Sends an operation and waits for its failure. */
  public void sendAndWaitExpectFailure(Operation op) {
    sendAndWaitExpectFailure(op, null);
  }

  /** As the other form, with a status. */
  public void sendAndWaitExpectFailure(Operation op, @Nullable Integer status) {
    int answered = getTestRequestSender().sendAndWaitFailure(op).op.getStatusCode();
    if (status != null && answered != status) {
      throw new AssertionError("Expected to fail with " + status + ", but got " + answered);
    }
  }

  /** Sends an operation and waits for its answer, whatever it is. */
  public Operation waitForResponse(Operation op) {
    TestContext ctx = testCreate(1);
    Operation[] answer = {op};
    op.nestCompletion(
        (done, failure) -> {
          answer[0] = done;
          ctx.complete();
        });
    send(op);
    ctx.await();
    return answer[0];
  }

  /** Sends an operation and gives its answer when it is there. */
  public CompletableFuture<Operation> sendWithFuture(Operation op) {
    return sendWithDeferredResult(op).toCompletionStage().toCompletableFuture();
  }

  @Override
  public DeferredResult<Operation> sendWithDeferredResult(Operation op) {
    return super.sendWithDeferredResult(prepared(op));
  }

  @Override
  public <T> DeferredResult<T> sendWithDeferredResult(Operation op, Class<T> resultType) {
    return super.sendWithDeferredResult(prepared(op), resultType);
  }

  /** Writes to the log. */
  public void log(String message, @Nullable Object... args) {
    log(Level.INFO, message, args);
  }

  /** Has no effect: what a test provokes is logged as it is. */
  public void toggleNegativeTestMode(boolean enable) {
    // Kept for tests that call it.
  }
}

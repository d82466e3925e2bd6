// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.tasks;

import io.cairn.document.ServiceDocument;
import io.cairn.document.TaskState;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.ServiceHost;
import io.cairn.service.Utils;
import io.cairn.service.state.ServiceSubscriptionState.ServiceSubscriber;
import io.cairn.service.tasks.TaskService.TaskServiceState;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A request that waits for a task to end: it watches the task by a subscription that begins with
 * the present state, so that no end is missed. Answered once, by whatever comes first.
 */
final class DirectTask {

  private final ServiceHost host;
  private final Class<? extends ServiceDocument> stateType;
  private final Operation post;
  private final TaskServiceState task;
  private final String link;
  private final AtomicBoolean ended = new AtomicBoolean();

  DirectTask(
      ServiceHost host,
      Class<? extends ServiceDocument> stateType,
      Operation post,
      TaskServiceState task) {
    this.host = host;
    this.stateType = stateType;
    this.post = post;
    this.task = task;
    this.link = post.getUri().getPath();
  }

  /** Completes the request when the task has ended. */
  void await() {
    ScheduledFuture<?> alarm =
        host.schedule(this::expire, Math.max(0, remainingMicros()), TimeUnit.MICROSECONDS);
    Operation subscribe =
        Operation.createPost(host, link)
            .setReferer(host.getUri())
            .disableFailureLogging(true)
            .setCompletion(
                (done, failure) -> {
                  if (failure != null) {
                    notWatched(done, failure);
                  }
                });
    URI receiver =
        host.startSubscriptionService(subscribe, this::notified, ServiceSubscriber.create(true));
    boolean waitedFor =
        post.tryNestCompletion(
            (answered, failure) -> {
              ended.set(true);
              alarm.cancel(false);
              unsubscribe(receiver);
              if (failure == null) {
                answered.complete();
              } else {
                answered.fail(failure);
              }
            });
    if (!waitedFor) {
      alarm.cancel(false);
      unsubscribe(receiver);
    }
  }

  private long remainingMicros() {
    long end = task.documentExpirationTimeMicros;
    long requested = post.getExpirationMicrosUtc();
    long left = ChronoUnit.MICROS.between(host.now(), Instant.EPOCH.plus(end, ChronoUnit.MICROS));
    return requested == 0 ? left : Math.min(left, requested - Utils.getSystemNowMicrosUtc());
  }

  private void notified(Operation notification) {
    boolean deleted = notification.getAction() == Action.DELETE;
    TaskServiceState latest =
        deleted || !notification.hasBody()
            ? null
            : (TaskServiceState) notification.getBody(stateType);
    notification.complete();
    if (deleted) {
      answer(null);
    } else if (latest != null && TaskState.isEnded(latest.taskInfo)) {
      answer(latest);
    }
  }

  private void notWatched(Operation subscribe, Throwable failure) {
    if (subscribe.getStatusCode() == Operation.STATUS_CODE_NOT_FOUND) {
      answer(null);
    } else if (ended.compareAndSet(false, true)) {
      post.fail(failure);
    }
  }

  private void answer(@Nullable TaskServiceState last) {
    if (ended.compareAndSet(false, true)) {
      post.setStatusCode(Operation.STATUS_CODE_OK).setBodyNoCloning(last).complete();
    }
  }

  private void expire() {
    if (ended.compareAndSet(false, true)) {
      post.fail(
          Operation.STATUS_CODE_TIMEOUT,
          new TimeoutException("The task " + link + " has not ended in time; it goes on"),
          null);
    }
  }

  private void unsubscribe(URI receiver) {
    Operation unsubscribe =
        Operation.createDelete(host, link)
            .setReferer(host.getUri())
            .disableFailureLogging(true)
            .setCompletion((done, failure) -> {});
    host.stopSubscriptionService(unsubscribe, receiver);
  }
}

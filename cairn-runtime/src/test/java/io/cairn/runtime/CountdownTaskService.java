// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import io.cairn.document.ServiceDocument.UsageOption;
import io.cairn.document.ServiceDocumentDescription.PropertyUsageOption;
import io.cairn.document.TaskState;
import io.cairn.document.TaskState.TaskStage;
import io.cairn.service.Operation;
import io.cairn.service.Utils;
import io.cairn.service.tasks.TaskService;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Counts down to zero, one step a number; what goes wrong on the way is in its document. */
public class CountdownTaskService extends TaskService<CountdownTaskService.State> {
  public static final String FACTORY_LINK = "/test/countdowns";

  /** What happens when the count reaches one. */
  public enum Trouble {
    WAITS_FOREVER,
    REFUSES_THE_STEP,
    THROWS_AFTER_THE_ANSWER,
    FAILS_TWICE
  }

  /** The document. */
  public static class State extends TaskServiceState {
    @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
    public @Nullable Integer count;

    public @Nullable Trouble trouble;
  }

  /** Holds back tasks of {@code WAITS_FOREVER} until it is opened. */
  static volatile CountDownLatch gate = new CountDownLatch(1);

  private int failures;

  /** As the host makes it. */
  public CountdownTaskService() {
    super(State.class);
    toggleOption(ServiceOption.PERSISTENCE, true);
    toggleOption(ServiceOption.REPLICATION, true);
  }

  @Override
  protected @Nullable State validateStartPost(Operation post) {
    State task = super.validateStartPost(post);
    if (task != null && task.count == null) {
      post.fail(new IllegalArgumentException("count is required"));
      return null;
    }
    return task;
  }

  @Override
  public void handlePatch(Operation patch) {
    State current = getState(patch);
    State body = getBody(patch);
    if (!validateTransition(patch, current, body)) {
      return;
    }
    boolean troubled =
        body.count != null && body.count == 1 && TaskState.isInProgress(body.taskInfo);
    if (troubled && current.trouble == Trouble.REFUSES_THE_STEP) {
      patch.fail(new IllegalArgumentException("not this one"));
      return;
    }
    if (troubled && current.trouble == Trouble.FAILS_TWICE && failures++ < 2) {
      throw new IllegalStateException("not yet");
    }
    updateState(current, body);
    patch.complete();
    if (TaskState.isInProgress(current.taskInfo)) {
      step(Utils.clone(current), troubled);
    }
  }

  private void step(State task, boolean troubled) {
    if (troubled && task.trouble == Trouble.THROWS_AFTER_THE_ANSWER) {
      throw new IllegalStateException("the step broke");
    }
    if (troubled && task.trouble == Trouble.WAITS_FOREVER && gate.getCount() > 0) {
      return;
    }
    if (task.count == 0) {
      sendSelfFinishedPatch(task);
    } else {
      sendSelfPatch(task, TaskStage.STARTED, next -> next.count--);
    }
  }
}

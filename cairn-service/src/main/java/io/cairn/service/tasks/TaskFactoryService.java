// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.tasks;

import io.cairn.document.ServiceDocument;
import io.cairn.document.TaskState;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.Service;
import io.cairn.service.tasks.TaskService.TaskServiceState;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Creates tasks. A POST is answered with 202 as soon as the task is stored; with {@code
 * taskInfo.isDirect} it is answered with the finished task, or with 408 if the request or the task
 * expires first. A direct task that is deleted before it ends completes the POST without a body.
 */
public class TaskFactoryService extends FactoryService {

  private final Supplier<? extends Service> children;

  private TaskFactoryService(
      Supplier<? extends Service> children, Class<? extends ServiceDocument> stateType) {
    super(stateType);
    this.children = children;
  }

  /**
   * A factory of tasks.
   *
   * @param stateType the class of the tasks' documents
   */
  public TaskFactoryService(Class<? extends TaskServiceState> stateType) {
    this(
        () -> {
          throw new UnsupportedOperationException("createServiceInstance is to be overridden");
        },
        stateType);
  }

  /**
   * A factory of tasks of a class with a constructor without arguments; null, and an error in the
   * log, if it cannot be constructed.
   */
  public static @Nullable FactoryService create(
      Class<? extends Service> childType, ServiceOption... options) {
    Class<? extends ServiceDocument> stateType = stateTypeOf(childType);
    return stateType == null ? null : create(childType, stateType, options);
  }

  /** A factory of tasks of a class, whose documents are of a given class. */
  public static FactoryService create(
      Class<? extends Service> childType,
      Class<? extends ServiceDocument> stateType,
      ServiceOption... options) {
    return create(() -> newInstance(childType), stateType, options);
  }

  /** A factory of tasks that come from a supplier. */
  public static FactoryService create(
      Supplier<? extends Service> children,
      Class<? extends ServiceDocument> stateType,
      ServiceOption... options) {
    FactoryService factory = new TaskFactoryService(children, stateType);
    Arrays.stream(options).forEach(option -> factory.toggleOption(option, true));
    return factory;
  }

  @Override
  public Service createServiceInstance() throws Throwable {
    return children.get();
  }

  /** Answers the creator of a task now or, if it is direct, when the task has ended. */
  @Override
  public void handleChildCreated(Operation post) {
    ServiceDocument created = post.getBody(getChildStateType());
    if (created instanceof TaskServiceState task && isAwaited(task)) {
      new DirectTask(getHost(), getChildStateType(), post, task).await();
    } else {
      post.complete();
    }
  }

  private static boolean isAwaited(TaskServiceState task) {
    TaskState info = task.taskInfo;
    return info != null && info.isDirect;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.xenon;

import io.cairn.service.DeferredResult;
import io.cairn.service.Operation;
import io.cairn.service.OperationContext;
import io.cairn.service.OperationJoin;
import io.cairn.service.OperationSequence;
import io.cairn.service.StatelessService;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** Answers for whom the requests are sent that a handler sends, by each way to send one. */
public final class RoundsService extends StatelessService {

  public static final String SELF_LINK = "/rounds";

  private final Map<String, DeferredResult<String>> rounds = new LinkedHashMap<>();

  @Override
  public void authorizeRequest(Operation op) {
    op.complete();
  }

  @Override
  public synchronized void handleGet(Operation get) {
    rounds.clear();
    ExecutorService own = getHost().allocateExecutor(this);
    OperationContext caller = OperationContext.getOperationContext();
    go("handler", Runnable::run);
    go("completion", task -> sendRequest(who().setCompletion((op, failure) -> task.run())));
    go("deferred", task -> sendWithDeferredResult(who()).thenAccept(_ -> task.run()));
    go(
        "join",
        task ->
            OperationJoin.create(who(), who())
                .setCompletion((all, failures) -> task.run())
                .sendWith(this));
    go(
        "sequence",
        task ->
            OperationSequence.create(who())
                .next(who())
                .setCompletion((all, failures) -> task.run())
                .sendWith(this));
    go("run", task -> getHost().run(task));
    go("run by an executor", task -> getHost().run(own, task));
    go(
        "schedule",
        task -> {
          var _ = getHost().schedule(task, 1, TimeUnit.MILLISECONDS);
        });
    go("thread that takes it", task -> start(() -> OperationContext.run(caller, task)));
    go("thread", RoundsService::start);
    go("executor", own::execute);
    go("system", task -> OperationContext.runAs(getSystemAuthorizationContext(), task));
    answer(get, own);
  }

  private void answer(Operation get, ExecutorService own) {
    Map<String, String> said = new LinkedHashMap<>();
    DeferredResult<String> all = DeferredResult.completed("");
    for (Map.Entry<String, DeferredResult<String>> round : rounds.entrySet()) {
      all =
          all.thenCompose(_ -> round.getValue())
              .thenApply(who -> said.putIfAbsent(round.getKey(), who));
    }
    all.whenComplete(
        (_, failure) -> {
          own.shutdown();
          if (failure == null) {
            get.setBody(said).complete();
          } else {
            get.fail(failure);
          }
        });
  }

  private static void start(Runnable task) {
    Thread.ofVirtual().start(task);
  }

  private Operation who() {
    return Operation.createGet(this, "/who");
  }

  private void go(String way, Consumer<Runnable> by) {
    DeferredResult<String> said = new DeferredResult<>();
    rounds.put(way, said);
    by.accept(
        () ->
            sendWithDeferredResult(who(), JsonNode.class)
                .whenComplete(
                    (answer, failure) -> {
                      if (failure == null) {
                        said.complete(answer.path("who").asString(""));
                      } else {
                        said.fail(failure);
                      }
                    }));
  }
}

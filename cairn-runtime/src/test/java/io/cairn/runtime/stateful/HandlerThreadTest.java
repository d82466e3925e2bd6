// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.document.ServiceDocument;
import io.cairn.runtime.HostFixture;
import io.cairn.runtime.HostFixture.Answer;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.Service;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.StatefulService;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On which threads authors' code runs, for requests that come over HTTP. */
class HandlerThreadTest {

  /** More than are needed before the code of a class is read. */
  private static final int MANY = 200;

  private static final Set<String> CREATED_ON = ConcurrentHashMap.newKeySet();

  @TempDir Path sandbox;
  private HostFixture host;

  public static class Note extends ServiceDocument {
    public String text = "";
  }

  /** Notes the thread that asks for its hash code, which any collection may do. */
  private static final class Witness {
    private final Set<String> threads = ConcurrentHashMap.newKeySet();

    @Override
    public int hashCode() {
      Thread thread = Thread.currentThread();
      threads.add(thread.isVirtual() ? "virtual" : thread.getName().replaceAll("[0-9-]+$", ""));
      return 1;
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }
  }

  /** Says the thread. */
  public static class Prompt extends StatefulService {
    public Prompt() {
      super(Note.class);
      toggleOption(ServiceOption.PERSISTENCE, true);
    }

    @Override
    public void handlePatch(Operation patch) {
      Note state = getState(patch);
      Note body = getBody(patch);
      state.text = body.text + '@' + Thread.currentThread().getName();
      patch.setBody(state).complete();
    }
  }

  /** Is no different, but that a client could make it take for ever. */
  public static class Matching extends StatefulService {
    public Matching() {
      super(Note.class);
    }

    @Override
    public void handlePatch(Operation patch) {
      Note state = getState(patch);
      Note body = getBody(patch);
      state.text = Thread.currentThread().getName();
      if (body.text.matches("(a|aa)+b")) {
        state.text = "";
      }
      patch.setBody(state).complete();
    }
  }

  /** Takes the way of the framework's own handler, and its author's in the middle of it. */
  public static class Replaced extends StatefulService {
    public Replaced() {
      super(Note.class);
    }

    @Override
    public void setState(Operation op, ServiceDocument state) {
      ((Note) state).text = Thread.currentThread().getName();
      super.setState(op, state);
    }
  }

  public static class Blocking extends StatefulService {
    private static final Witness WITNESS = new Witness();
    private static final CountDownLatch GATE = new CountDownLatch(1);

    public Blocking() {
      super(Note.class);
      toggleOption(ServiceOption.PERSISTENCE, true);
    }

    @Override
    public void handlePatch(Operation patch) {
      Note state = getState(patch);
      state.text = "hash " + WITNESS.hashCode();
      if (patch.hasPragmaDirective("wait")) {
        await();
      }
      patch.setBody(state).complete();
    }

    private static void await() {
      try {
        GATE.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  public static class Hearing extends FactoryService {
    public Hearing() {
      super(Note.class);
    }

    @Override
    public Service createServiceInstance() {
      return new Prompt();
    }

    @Override
    public void handleChildCreated(Operation post) {
      CREATED_ON.add(Thread.currentThread().isVirtual() ? "virtual" : "other");
      post.complete();
    }
  }

  /** Names its children itself, so their links may have been used. */
  public static class Naming extends FactoryService {
    public Naming() {
      super(Note.class);
    }

    @Override
    public Service createServiceInstance() {
      return new Prompt();
    }

    @Override
    protected String buildDefaultChildSelfLink() {
      return "only";
    }
  }

  @BeforeEach
  void startHost() {
    host =
        HostFixture.start(
            sandbox,
            starting -> {
              starting.startFactory(
                  () -> FactoryService.create(Prompt.class, Note.class), "/prompt");
              starting.startFactory(
                  () -> FactoryService.create(Matching.class, Note.class), "/matching");
              starting.startFactory(
                  () -> FactoryService.create(Replaced.class, Note.class), "/replaced");
              starting.startFactory(
                  () -> FactoryService.create(Blocking.class, Note.class), "/blocking");
              starting.startFactory(Hearing::new, "/hearing");
              starting.startFactory(Naming::new, "/naming");
            });
  }

  @AfterEach
  void stopHost() {
    Blocking.GATE.countDown();
    host.close();
  }

  @Test
  void aPromptHandlerRunsOnTheEventLoopThatReadTheRequest() {
    host.post("/prompt", "{\"documentSelfLink\":\"a\"}");
    Set<String> threads = new HashSet<>();
    for (int i = 0; i < MANY; i++) {
      Answer patched = host.patch("/prompt/a", "{\"text\":\"" + i + "\"}");
      String text = patched.json().path("text").asString();
      assertThat(text).startsWith(i + "@");
      assertThat(patched.json().path("documentVersion").asLong()).isEqualTo(i + 1);
      threads.add(withoutNumber(text.substring(text.indexOf('@') + 1)));
    }
    assertThat(threads).hasSize(2).contains("cairn-http");
  }

  @Test
  void oneThatAClientCouldMakeLongOrThatAnAuthorIsPartOfDoesNot() {
    host.post("/matching", "{\"documentSelfLink\":\"a\"}");
    host.post("/replaced", "{\"documentSelfLink\":\"a\"}");
    Set<String> threads = new HashSet<>();
    for (int i = 0; i < MANY; i++) {
      Answer patched = host.patch("/matching/a", "{\"text\":\"" + i + "\"}");
      Answer put = host.send("PUT", "/replaced/a", "{\"text\":\"" + i + "\"}");
      threads.add(withoutNumber(patched.json().path("text").asString()));
      threads.add(withoutNumber(put.json().path("text").asString()));
    }
    assertThat(threads).hasSize(1).doesNotContain("cairn-http");
  }

  private static String withoutNumber(String thread) {
    return thread.replaceAll("[0-9-]+$", "");
  }

  @Test
  void aHandlerThatMayBlockHarmsNobodyElse() throws Exception {
    for (int i = 0; i < MANY; i++) {
      host.post("/blocking", "{\"documentSelfLink\":\"b" + i + "\"}");
      host.patch("/blocking/b" + i, "{}");
    }
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?>[] waiting = new Future<?>[20];
      for (int i = 0; i < waiting.length; i++) {
        String link = "/blocking/b" + i;
        waiting[i] = clients.submit(() -> host.send("PATCH", link, "{}", "pragma", "wait"));
      }
      for (int i = 20; i < MANY; i++) {
        assertThat(host.patch("/blocking/b" + i, "{}").status()).isEqualTo(200);
      }
      Blocking.GATE.countDown();
      for (Future<?> one : waiting) {
        one.get();
      }
    }
    assertThat(Blocking.WITNESS.threads).containsExactly("virtual");
  }

  @Test
  void aLinkThatAnAuthorMakesIsLookedFor() {
    assertThat(host.post("/naming", "{\"text\":\"first\"}").status()).isEqualTo(200);
    Answer again = host.post("/naming", "{\"text\":\"second\"}");
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.message()).isEqualTo("Service already exists: /naming/only");
  }

  @Test
  void whatAFactoryDoesWithAChildDoesNotRunOnTheThreadOfTheLog() {
    assertThat(host.post("/hearing", "{\"documentSelfLink\":\"c\"}").status()).isEqualTo(200);
    assertThat(CREATED_ON).containsExactly("virtual");
  }
}

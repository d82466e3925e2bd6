// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.model.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.cairn.document.ServiceDocument;
import io.cairn.service.Operation;
import io.cairn.service.OperationProcessingChain;
import io.cairn.service.Service.Action;
import io.cairn.service.StatefulService;
import io.cairn.service.Utils;
import io.cairn.service.examples.ExampleService;
import jakarta.validation.constraints.NotNull;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Which handlers count as certainly not blocking. */
class PromptHandlersTest {

  public static class Note extends ServiceDocument {
    public String text = "";
    public Map<String, Long> numbers = new HashMap<>();
    public List<String> tags = new ArrayList<>();
  }

  /** Does what many handlers do. */
  public static class Plain extends StatefulService {
    public Plain() {
      super(Note.class);
    }

    @Override
    public void handlePatch(Operation patch) {
      Note body = getBody(patch);
      Note state = getState(patch);
      change(state, body);
      if (state.text.isEmpty()) {
        patch.fail(new IllegalArgumentException("text is empty in " + state.documentSelfLink));
        return;
      }
      patch.setBody(state).complete();
    }

    void change(Note state, Note body) {
      Utils.mergeWithState(getStateDescription(), state, body);
      switch (body.text) {
        case "a" -> state.numbers.put("a", 1L);
        default -> state.numbers.clear();
      }
    }
  }

  @Test
  void aHandlerThatOnlyComputesIsPrompt() {
    assertThat(isPrompt(new ExampleService(), Action.PATCH)).isTrue();
    assertThat(isPrompt(new ExampleService(), Action.PUT)).isTrue();
    assertThat(isPrompt(new Plain(), Action.PATCH)).isTrue();
  }

  @Test
  void theHandlersOfTheFrameworkArePrompt() {
    assertThat(isPrompt(new StatefulService(Note.class), Action.PUT)).isTrue();
    assertThat(isPrompt(new StatefulService(Note.class), Action.POST)).isFalse();
  }

  public static class Sleeping extends Plain {
    @Override
    void change(Note state, Note body) {
      LockSupport.parkNanos(1);
    }
  }

  public static class Waiting extends Plain {
    private static final CountDownLatch LATCH = new CountDownLatch(1);

    @Override
    void change(Note state, Note body) {
      try {
        LATCH.await();
      } catch (InterruptedException e) {
        state.text = "";
      }
    }
  }

  public static class Locking extends Plain {
    @Override
    void change(Note state, Note body) {
      synchronized (this) {
        state.text = body.text;
      }
    }
  }

  public static class LockingWhole extends Plain {
    @Override
    synchronized void change(Note state, Note body) {
      state.text = body.text;
    }
  }

  public static class Sending extends Plain {
    @Override
    void change(Note state, Note body) {
      sendRequest(Operation.createGet(this, "/elsewhere"));
    }
  }

  public static class Monitoring extends Plain {
    @Override
    void change(Note state, Note body) {
      try {
        state.wait();
      } catch (InterruptedException e) {
        state.text = "";
      }
    }
  }

  @Test
  void whatWaitsOrCallsOthersIsNot() {
    assertThat(isPrompt(new Sleeping(), Action.PATCH)).isFalse();
    assertThat(isPrompt(new Waiting(), Action.PATCH)).isFalse();
    assertThat(isPrompt(new Locking(), Action.PATCH)).isFalse();
    assertThat(isPrompt(new LockingWhole(), Action.PATCH)).isFalse();
    assertThat(isPrompt(new Sending(), Action.PATCH)).isFalse();
    assertThat(isPrompt(new Monitoring(), Action.PATCH)).isFalse();
    assertThat(isPrompt(new Waiting(), Action.PUT)).isTrue();
  }

  public static class Looping extends Plain {
    private volatile boolean open;

    @Override
    void change(Note state, Note body) {
      while (!open) {
        state.text = "";
      }
    }
  }

  public static class Recursive extends Plain {
    @Override
    void change(Note state, Note body) {
      if (!body.text.isEmpty()) {
        body.text = body.text.substring(1);
        change(state, body);
      }
    }
  }

  public static class Doubling extends Plain {
    @Override
    void change(Note state, Note body) {
      a(state);
      a(state);
    }

    private static void a(Note state) {
      b(state);
      b(state);
      b(state);
      b(state);
      b(state);
      b(state);
      b(state);
      b(state);
    }

    private static void b(Note state) {
      c(state);
      c(state);
      c(state);
      c(state);
      c(state);
      c(state);
      c(state);
      c(state);
    }

    private static void c(Note state) {
      state.text = state.text + 'x' + state.text;
      state.text = state.text + 'x' + state.text;
      state.text = state.text + 'x' + state.text;
      state.text = state.text + 'x' + state.text;
    }
  }

  @Test
  void whatMayTakeLongIsNot() {
    assertThat(isPrompt(new Looping(), Action.PATCH)).isFalse();
    assertThat(isPrompt(new Recursive(), Action.PATCH)).isFalse();
    assertThat(isPrompt(new Doubling(), Action.PATCH)).isFalse();
  }

  static final class Initializing {
    static final Object MADE = make();

    private Initializing() {}

    private static Object make() {
      LockSupport.parkNanos(1);
      return new Object();
    }
  }

  public static class FirstUse extends Plain {
    @Override
    void change(Note state, Note body) {
      state.text = String.valueOf(Initializing.MADE.hashCode());
    }
  }

  /** Could be of any class. */
  public interface Rule {
    void apply(Note state);
  }

  public static class Delegating extends Plain {
    private final Rule rule = state -> LockSupport.parkNanos(1);

    @Override
    void change(Note state, Note body) {
      rule.apply(state);
    }
  }

  public static class Deferring extends Plain {
    @Override
    void change(Note state, Note body) {
      state.numbers.computeIfAbsent("a", name -> (long) name.length());
    }
  }

  @Test
  void whatCannotBeToldIsNot() {
    assertThat(isPrompt(new FirstUse(), Action.PATCH)).isFalse();
    assertThat(isPrompt(new Delegating(), Action.PATCH)).isFalse();
    assertThat(isPrompt(new Deferring(), Action.PATCH)).isFalse();
  }

  public static class Requests extends Plain {
    @Override
    public void handleRequest(Operation op) {
      LockSupport.parkNanos(1);
      super.handleRequest(op);
    }
  }

  @Test
  void filtersAndHandlersOfAllRequestsAreNot() {
    assertThat(isPrompt(new Requests(), Action.PATCH)).isFalse();
    Plain filtered = new Plain();
    PromptHandlers handlers = examined(filtered);
    assertThat(handlers.include(filtered, Action.PATCH)).isTrue();
    filtered.setOperationProcessingChain(OperationProcessingChain.create());
    assertThat(handlers.include(filtered, Action.PATCH)).isFalse();
    assertThat(handlers.include(new Sleeping(), Action.PATCH)).isFalse();
  }

  /** A PATCH of a standard format goes to handlePut. */
  public static class SlowPut extends Plain {
    @Override
    public void handlePut(Operation put) {
      LockSupport.parkNanos(1);
      super.handlePut(put);
    }
  }

  @Test
  void aPatchIsPromptOnlyIfAPutIs() {
    assertThat(isPrompt(new SlowPut(), Action.PATCH)).isFalse();
  }

  public static class SlowToMake extends ServiceDocument {
    public String text = "";

    public SlowToMake() {
      LockSupport.parkNanos(1);
    }
  }

  public static class Annotated extends ServiceDocument {
    @JsonIgnore public String text = "";
  }

  public record Slow(String text) {
    /** Waits. */
    public Slow {
      LockSupport.parkNanos(1);
    }
  }

  public static class WithSlowPart extends ServiceDocument {
    public Map<String, Slow> parts = new HashMap<>();
  }

  public static class Constrained extends ServiceDocument {
    @NotNull public String text = "";
  }

  @Test
  void theStateCountsToo() {
    assertThat(isPrompt(new StatefulService(SlowToMake.class), Action.PUT)).isFalse();
    assertThat(isPrompt(new StatefulService(Annotated.class), Action.PUT)).isFalse();
    assertThat(isPrompt(new StatefulService(WithSlowPart.class), Action.PUT)).isFalse();
    assertThat(isPrompt(new StatefulService(Constrained.class), Action.PUT)).isFalse();
  }

  public static class OwnState extends Plain {
    @Override
    public void setState(Operation op, ServiceDocument newState) {
      LockSupport.parkNanos(1);
      super.setState(op, newState);
    }
  }

  public static class OwnType extends Plain {
    @Override
    public Class<? extends ServiceDocument> getStateType() {
      LockSupport.parkNanos(1);
      return super.getStateType();
    }
  }

  public static class OwnRoutes extends Plain {
    @Override
    public RoutesBelow<?> routes() {
      LockSupport.parkNanos(1);
      return super.routes();
    }
  }

  public static class OwnIdling extends Plain {
    @Override
    public boolean mayIdle() {
      LockSupport.parkNanos(1);
      return true;
    }
  }

  public static class OwnPatch extends Plain {
    @Override
    public void handlePut(Operation put) {
      StatefulService service = this;
      service.handlePatch(put);
    }

    @Override
    public void handlePatch(Operation patch) {
      LockSupport.parkNanos(1);
    }
  }

  @Test
  void whatTheFrameworkCallsInTurnCountsToo() {
    for (Plain service :
        List.of(new OwnState(), new OwnType(), new OwnRoutes(), new OwnIdling(), new OwnPatch())) {
      assertThat(isPrompt(service, Action.PUT)).as(service.getClass().getName()).isFalse();
      assertThat(isPrompt(service, Action.PATCH)).as(service.getClass().getName()).isFalse();
    }
  }

  /** Names a class that is not there, in the type of a field. */
  private static Class<? extends ServiceDocument> torn() {
    ClassDesc name = ClassDesc.of(PromptHandlersTest.class.getPackageName(), "Torn");
    ClassDesc above = ServiceDocument.class.describeConstable().orElseThrow();
    byte[] code =
        ClassFile.of()
            .build(
                name,
                torn ->
                    torn.withSuperclass(above)
                        .withFlags(ClassFile.ACC_PUBLIC)
                        .withField("gone", ClassDesc.of("gone.Gone"), ClassFile.ACC_PUBLIC));
    try {
      return MethodHandles.lookup().defineClass(code).asSubclass(ServiceDocument.class);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aClassThatCannotBeLookedAtIsNotPromptAndHarmsNoUpdate() {
    StatefulService service = new StatefulService(torn());
    PromptHandlers handlers = new PromptHandlers(service);
    for (int i = 0; i <= PromptHandlers.WORTH_IT; i++) {
      handlers.handled();
    }
    assertThat(handlers.include(service, Action.PUT)).isFalse();
  }

  @Test
  void theCodeIsReadOnceThereAreSomeUpdates() {
    Plain service = new Plain();
    PromptHandlers handlers = new PromptHandlers(service);
    for (int i = 1; i < PromptHandlers.WORTH_IT; i++) {
      handlers.handled();
    }
    assertThat(handlers.include(service, Action.PATCH)).isFalse();
    handlers.handled();
    assertThat(handlers.include(service, Action.PATCH)).isTrue();
  }

  static boolean isPrompt(StatefulService service, Action action) {
    return examined(service).include(service, action);
  }

  private static PromptHandlers examined(StatefulService service) {
    PromptHandlers handlers = new PromptHandlers(service);
    handlers.examine();
    return handlers;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.model.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import io.cairn.document.ServiceDocument;
import io.cairn.runtime.model.prompt.PromptCallsTest.Odd;
import io.cairn.runtime.model.prompt.PromptHandlersTest.Note;
import io.cairn.runtime.model.prompt.PromptHandlersTest.Plain;
import io.cairn.runtime.model.prompt.PromptHandlersTest.SlowToMake;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.StatefulService;
import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Which types a prompt handler may read, make and be given. */
class PlainTypesTest {

  public static class ReadingOther extends Plain {
    @Override
    public void handlePatch(Operation patch) {
      Note state = getState(patch);
      state.text = patch.getBody(SlowToMake.class).text;
      patch.complete();
    }
  }

  public static class ReadingAny extends Plain {
    private final Class<? extends Note> type = Note.class;

    @Override
    public void handlePatch(Operation patch) {
      Note state = getState(patch);
      state.text = patch.getBody(type).text;
      patch.complete();
    }
  }

  /** A command. */
  public record Renaming(String text, Colour colour) {}

  enum Colour {
    RED,
    GREEN
  }

  public static class ReadingCommand extends Plain {
    @Override
    public void handlePatch(Operation patch) {
      Note state = getState(patch);
      Renaming body = patch.getBody(Renaming.class);
      state.text = body.colour == Colour.RED ? body.text : "";
      patch.setBody(state).complete();
    }
  }

  @Test
  void aBodyOfAnotherTypeCountsAsTheState() {
    assertThat(isPrompt(new ReadingOther(), Action.PATCH)).isFalse();
    assertThat(isPrompt(new ReadingAny(), Action.PATCH)).isFalse();
    assertThat(isPrompt(new ReadingCommand(), Action.PATCH)).isTrue();
  }

  /** Initialized when it is used first. */
  enum Slowly {
    ONE;

    static {
      LockSupport.parkNanos(1);
    }
  }

  public static class WithSlowEnum extends ServiceDocument {
    public Slowly slowly = null;
  }

  public static class WithColour extends ServiceDocument {
    public Colour colour = null;
  }

  public static class WithOdd extends ServiceDocument {
    public Odd odd = new Odd();
  }

  public static class WithAddress extends ServiceDocument {
    public InetAddress address = null; // reading one asks the DNS
  }

  /** Read by a method that Jackson finds by its name. */
  public static class Parsed {
    public String text = "";

    public static Parsed valueOf(String text) {
      LockSupport.parkNanos(1);
      return new Parsed();
    }
  }

  public static class WithParsed extends ServiceDocument {
    public Parsed parsed = new Parsed();
  }

  public static class Created extends ServiceDocument {
    public String text = "";

    @JsonAnySetter
    void other(String name, Object value) {
      LockSupport.parkNanos(1);
    }
  }

  @Test
  void whatReadingAStateRunsCountsToo() {
    assertThat(isPrompt(new StatefulService(WithColour.class), Action.PUT)).isTrue();
    assertThat(isPrompt(new StatefulService(WithSlowEnum.class), Action.PUT)).isFalse();
    assertThat(isPrompt(new StatefulService(WithOdd.class), Action.PUT)).isFalse();
    assertThat(isPrompt(new StatefulService(WithAddress.class), Action.PUT)).isFalse();
    assertThat(isPrompt(new StatefulService(WithParsed.class), Action.PUT)).isFalse();
    assertThat(isPrompt(new StatefulService(Created.class), Action.PUT)).isFalse();
  }

  private static final AtomicBoolean INITIALIZED = new AtomicBoolean();

  public static class Eager {
    public String text = "";

    static {
      INITIALIZED.set(true);
    }
  }

  public static class WithEager extends ServiceDocument {
    public Eager part = null;
  }

  @Test
  void lookingAtAClassDoesNotInitializeIt() {
    assertThat(isPrompt(new StatefulService(WithEager.class), Action.PUT)).isFalse();
    assertThat(INITIALIZED).isFalse();
  }

  private static boolean isPrompt(StatefulService service, Action action) {
    return PromptHandlersTest.isPrompt(service, action);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.model.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.runtime.model.prompt.PromptHandlersTest.Note;
import io.cairn.runtime.model.prompt.PromptHandlersTest.Plain;
import io.cairn.runtime.model.prompt.PromptHandlersTest.Sleeping;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.StatefulService;
import java.lang.invoke.MethodType;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which calls of a handler count as not blocking. */
class PromptCallsTest {

  public static class Matching extends Plain {
    @Override
    void change(Note state, Note body) {
      state.text = body.text.matches("(a|aa)+b") ? "" : "a";
    }
  }

  public static class Replacing extends Plain {
    @Override
    void change(Note state, Note body) {
      state.text = body.text.replaceAll(state.text, "");
    }
  }

  public static class Splitting extends Plain {
    @SuppressWarnings("StringSplitter")
    @Override
    void change(Note state, Note body) {
      state.numbers.put(body.text.split(state.text)[0], 1L);
    }
  }

  public static class Repeating extends Plain {
    @Override
    void change(Note state, Note body) {
      state.text = body.text.repeat(1 << 30);
    }
  }

  public static class Formatting extends Plain {
    @Override
    void change(Note state, Note body) {
      state.text = body.text.formatted(1);
    }
  }

  public static class Growing extends Plain {
    @Override
    void change(Note state, Note body) {
      String text = body.text + body.text + body.text + body.text;
      state.text = text + text + text + text + text + text + text + text;
    }
  }

  public static class Allocating extends Plain {
    @Override
    void change(Note state, Note body) {
      state.documentVersion = new long[(int) body.documentVersion].length;
    }
  }

  @Test
  void whatAClientCanMakeLongIsNot() {
    assertThat(isPrompt(new Matching(), Action.PATCH)).isFalse();
    assertThat(isPrompt(new Replacing(), Action.PATCH)).isFalse();
    assertThat(isPrompt(new Splitting(), Action.PATCH)).isFalse();
    assertThat(isPrompt(new Repeating(), Action.PATCH)).isFalse();
    assertThat(isPrompt(new Formatting(), Action.PATCH)).isFalse();
    assertThat(isPrompt(new Growing(), Action.PATCH)).isFalse();
    assertThat(isPrompt(new Allocating(), Action.PATCH)).isFalse();
  }

  public static class Loading extends Plain {
    @SuppressWarnings("UnnecessaryLambda")
    private final Function<String, Long> loader =
        name -> {
          LockSupport.parkNanos(1);
          return 1L;
        };

    @Override
    void change(Note state, Note body) {
      state.numbers.computeIfAbsent("a", loader);
    }
  }

  public static class Supplied extends Plain {
    @SuppressWarnings("UnnecessaryLambda")
    private final Supplier<String> supplier = () -> "";

    @Override
    void change(Note state, Note body) {
      state.text = Optional.ofNullable(body.text).orElseGet(supplier);
    }
  }

  public static class Feeding extends Plain {
    @SuppressWarnings("UnnecessaryLambda")
    private final BiConsumer<String, Long> sink = (key, value) -> LockSupport.parkNanos(1);

    @Override
    void change(Note state, Note body) {
      state.numbers.forEach(sink);
    }
  }

  public static class Sorting extends Plain {
    private final Comparator<String> order = Comparator.reverseOrder();

    @Override
    void change(Note state, Note body) {
      state.tags.sort(order);
    }
  }

  public static class Ordering extends Plain {
    private static final Comparator<String> ORDER = Comparator.reverseOrder();

    @Override
    void change(Note state, Note body) {
      state.numbers = new TreeMap<>(ORDER);
    }
  }

  @Test
  void whatCallsBackIsNot() {
    assertThat(isPrompt(new Loading(), Action.PATCH)).isFalse();
    assertThat(isPrompt(new Supplied(), Action.PATCH)).isFalse();
    assertThat(isPrompt(new Feeding(), Action.PATCH)).isFalse();
    assertThat(isPrompt(new Sorting(), Action.PATCH)).isFalse();
    assertThat(isPrompt(new Ordering(), Action.PATCH)).isFalse();
  }

  public static class Sharing extends Plain {
    private final Map<String, Long> shared = Collections.synchronizedMap(new HashMap<>());

    @Override
    void change(Note state, Note body) {
      shared.put(body.text, 1L);
    }
  }

  public static class SharingWithAll extends Plain {
    private static final List<String> SHARED = Collections.synchronizedList(new ArrayList<>());

    @Override
    void change(Note state, Note body) {
      SHARED.add(body.text);
    }
  }

  /** A map that waits. */
  public static final class Remote extends AbstractMap<String, Long> {
    @Override
    public Set<Entry<String, Long>> entrySet() {
      LockSupport.parkNanos(1);
      return Set.of();
    }
  }

  public static class Making extends Plain {
    @Override
    void change(Note state, Note body) {
      state.numbers = new Remote();
      state.numbers.clear();
    }
  }

  /** Waits when it is printed, hashed or compared. */
  public static final class Odd {
    @Override
    public String toString() {
      LockSupport.parkNanos(1);
      return "";
    }

    @Override
    public int hashCode() {
      LockSupport.parkNanos(1);
      return 1;
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }
  }

  public static class Printing extends Plain {
    @Override
    void change(Note state, Note body) {
      state.text = "it is " + new Odd();
    }
  }

  public static class Hashing extends Plain {
    @Override
    void change(Note state, Note body) {
      state.numbers.remove((Object) new Odd());
    }
  }

  public static class PrintingItself extends Plain {
    @Override
    void change(Note state, Note body) {
      state.text = "it is " + this;
    }

    @Override
    public String toString() {
      LockSupport.parkNanos(1);
      return "";
    }
  }

  public static class Neighbour extends Plain {
    private final Plain other = new Sleeping();

    @Override
    public void handlePatch(Operation patch) {
      other.change(getState(patch), getBody(patch));
      patch.complete();
    }
  }

  @Test
  void whatMayBeAnyObjectIsNot() {
    assertThat(isPrompt(new Sharing(), Action.PATCH)).isFalse();
    assertThat(isPrompt(new SharingWithAll(), Action.PATCH)).isFalse();
    assertThat(isPrompt(new Making(), Action.PATCH)).isFalse();
    assertThat(isPrompt(new Printing(), Action.PATCH)).isFalse();
    assertThat(isPrompt(new Hashing(), Action.PATCH)).isFalse();
    assertThat(isPrompt(new PrintingItself(), Action.PATCH)).isFalse();
    assertThat(isPrompt(new Neighbour(), Action.PATCH)).isFalse();
  }

  @Test
  void everyCallThatIsKnownIsOfAMethodThatThereIs() {
    assertThat(PromptCalls.all().keySet())
        .filteredOn(call -> call.contains("("))
        .isNotEmpty()
        .allSatisfy(
            call -> {
              int name = call.substring(0, call.indexOf('(')).lastIndexOf('.');
              Class<?> owner = Class.forName(call.substring(0, name).replace('/', '.'));
              String method = call.substring(name + 1, call.indexOf('('));
              MethodType type =
                  MethodType.fromMethodDescriptorString(
                      call.substring(call.indexOf('(')), owner.getClassLoader());
              assertThat(isThere(owner, method, type)).isTrue();
              assertThat(type.parameterList())
                  .noneMatch(
                      one ->
                          one.isInterface()
                              && !Set.of(Map.class, Collection.class, CharSequence.class)
                                  .contains(one));
            });
  }

  private static boolean isThere(Class<?> owner, String name, MethodType type) {
    if (name.equals("<init>")) {
      return Stream.of(owner.getDeclaredConstructors())
          .anyMatch(one -> List.of(one.getParameterTypes()).equals(type.parameterList()));
    }
    return Stream.concat(
            Stream.of(owner.getMethods()),
            Stream.<Class<?>>iterate(owner, Objects::nonNull, Class::getSuperclass)
                .flatMap(at -> Stream.of(at.getDeclaredMethods())))
        .anyMatch(
            one ->
                one.getName().equals(name)
                    && one.getReturnType().equals(type.returnType())
                    && List.of(one.getParameterTypes()).equals(type.parameterList()));
  }

  private static boolean isPrompt(StatefulService service, Action action) {
    return PromptHandlersTest.isPrompt(service, action);
  }
}

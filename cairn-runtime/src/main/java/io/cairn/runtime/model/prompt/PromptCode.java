// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.model.prompt;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.DiscontinuedInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.constant.DynamicConstantDesc;
import java.lang.reflect.AccessFlag;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the code of methods of one object's class, and of what they call, to tell whether it is
 * prompt: it ends without waiting for anybody, and soon. That is so if it takes no lock, has no
 * loop, runs no initializer of a class, and calls nothing but code of which the same can be said
 * ({@link PromptCalls}, or an author's, which is read in turn). Whatever cannot be told counts as
 * not prompt. Not thread-safe.
 */
final class PromptCode {

  /** Instructions that a prompt method runs at most, with all that it calls. */
  private static final int MOST_INSTRUCTIONS = 2_000;

  /** What a call of known code counts as, and what is not prompt counts as. */
  private static final int KNOWN = 10;

  private static final int NOT_PROMPT = MOST_INSTRUCTIONS + 1;

  private static final String STRING_CONCATENATION = "Ljava/lang/invoke/StringConcatFactory;";

  private final Class<?> self;
  private final Map<String, @Nullable ClassModel> read = new HashMap<>();
  private final Map<String, Integer> costs = new HashMap<>();

  /**
   * Reads code as an object of a class runs it.
   *
   * @param self the class of the object; what it overrides counts
   */
  PromptCode(Class<?> self) {
    this.self = self;
  }

  /** Whether a method of the object is prompt, by its name and its descriptor. */
  boolean isPrompt(String method, String descriptor) {
    return cost(nameOf(self), method, descriptor, Opcode.INVOKEVIRTUAL) <= MOST_INSTRUCTIONS;
  }

  /** Whether all ways to construct the object are. Its class is initialized. */
  boolean isMadePromptly() {
    ClassModel model = model(nameOf(self));
    return model != null
        && model.methods().stream()
            .filter(method -> method.methodName().equalsString("<init>"))
            .allMatch(method -> cost(method) <= MOST_INSTRUCTIONS);
  }

  private static String nameOf(Class<?> type) {
    return type.getName().replace('.', '/');
  }

  /** How many instructions a call runs at most; {@link #NOT_PROMPT} if it is not prompt. */
  private int cost(String owner, String method, String descriptor, Opcode opcode) {
    if (PromptCalls.know(owner)) {
      return PromptCalls.allow(owner, method) ? KNOWN : NOT_PROMPT;
    }
    String call = opcode + " " + owner + '.' + method + descriptor;
    Integer known = costs.putIfAbsent(call, NOT_PROMPT); // which a call of itself finds: a loop
    if (known != null) {
      return known;
    }
    int cost = read(owner, method, descriptor, opcode);
    costs.put(call, cost);
    return cost;
  }

  private int read(String owner, String method, String descriptor, Opcode opcode) {
    ClassModel named = model(owner);
    MethodModel there = named == null ? null : find(named, method, descriptor);
    boolean dispatched =
        (opcode == Opcode.INVOKEVIRTUAL || opcode == Opcode.INVOKEINTERFACE)
            && !(there != null && there.flags().has(AccessFlag.PRIVATE));
    // What is called on the object itself may be overridden below the class that the call names.
    for (String at = dispatched && isSelf(owner) ? nameOf(self) : owner;
        at != null;
        at = superclass(at)) {
      if (PromptCalls.know(at)) {
        return PromptCalls.allow(at, method) ? KNOWN : NOT_PROMPT;
      }
      ClassModel model = model(at);
      if (model == null || (opcode == Opcode.INVOKESTATIC && mayInitialize(at, model))) {
        return NOT_PROMPT;
      }
      MethodModel found = find(model, method, descriptor);
      if (found != null) {
        boolean exact = !dispatched || isSelf(owner) || isFinal(model, found);
        return exact ? cost(found) : NOT_PROMPT;
      }
    }
    return NOT_PROMPT;
  }

  private boolean isSelf(String owner) {
    for (Class<?> at = self; at != null; at = at.getSuperclass()) {
      if (nameOf(at).equals(owner)) {
        return true;
      }
    }
    return false;
  }

  /** Whether the first use of a class may run code: the object's own are in use. */
  private boolean mayInitialize(String name, ClassModel model) {
    return !isSelf(name)
        && model.methods().stream()
            .anyMatch(method -> method.methodName().equalsString("<clinit>"));
  }

  private static boolean isFinal(ClassModel model, MethodModel method) {
    return model.flags().has(AccessFlag.FINAL)
        || method.flags().has(AccessFlag.FINAL)
        || method.flags().has(AccessFlag.PRIVATE);
  }

  private static @Nullable MethodModel find(ClassModel model, String method, String descriptor) {
    return model.methods().stream()
        .filter(
            one ->
                one.methodName().equalsString(method) && one.methodType().equalsString(descriptor))
        .findFirst()
        .orElse(null);
  }

  private @Nullable String superclass(String name) {
    ClassModel model = model(name);
    return model == null
        ? null
        : model.superclass().map(above -> above.asInternalName()).orElse(null);
  }

  private @Nullable ClassModel model(String name) {
    return read.computeIfAbsent(name, this::parse);
  }

  private @Nullable ClassModel parse(String name) {
    ClassLoader loader = self.getClassLoader();
    if (loader == null) {
      return null;
    }
    try (InputStream in = loader.getResourceAsStream(name + ".class")) {
      return in == null ? null : ClassFile.of().parse(in.readAllBytes());
    } catch (IOException | IllegalArgumentException e) {
      return null; // what cannot be read is not prompt
    }
  }

  private int cost(MethodModel method) {
    CodeModel code = method.code().orElse(null);
    if (code == null || method.flags().has(AccessFlag.SYNCHRONIZED) || catchesBackwards(code)) {
      return NOT_PROMPT; // abstract or native, or takes a lock, or has a loop
    }
    Set<Label> behind = new HashSet<>();
    int cost = 0;
    for (CodeElement element : code) {
      cost += cost(element, behind);
      if (cost > MOST_INSTRUCTIONS) {
        return NOT_PROMPT;
      }
    }
    return cost;
  }

  private static boolean catchesBackwards(CodeModel code) {
    return !(code instanceof CodeAttribute positions)
        || code.exceptionHandlers().stream()
            .anyMatch(
                caught ->
                    positions.labelToBci(caught.handler()) < positions.labelToBci(caught.tryEnd()));
  }

  /**
   * What one instruction counts as.
   *
   * @param behind the labels that were passed: a jump to one is a loop
   */
  private int cost(CodeElement element, Set<Label> behind) {
    if (element instanceof LabelTarget target) {
      behind.add(target.label());
      return 0;
    }
    if (element instanceof InvokeInstruction call) {
      return cost(
          call.owner().asInternalName(),
          call.name().stringValue(),
          call.type().stringValue(),
          call.opcode());
    }
    boolean prompt =
        switch (element) {
          case BranchInstruction branch -> !behind.contains(branch.target());
          case LookupSwitchInstruction lookup ->
              goesOn(lookup.defaultTarget(), lookup.cases(), behind);
          case TableSwitchInstruction table -> goesOn(table.defaultTarget(), table.cases(), behind);
          case MonitorInstruction _, DiscontinuedInstruction _ -> false;
          case ConstantInstruction constant ->
              !(constant.constantValue() instanceof DynamicConstantDesc<?>);
          case NewObjectInstruction made -> isUsedPromptly(made.className().asInternalName());
          case FieldInstruction field ->
              (field.opcode() != Opcode.GETSTATIC && field.opcode() != Opcode.PUTSTATIC)
                  || isUsedPromptly(field.owner().asInternalName());
          case InvokeDynamicInstruction call ->
              call.bootstrapMethod().owner().descriptorString().equals(STRING_CONCATENATION);
          default -> true;
        };
    return prompt ? 1 : NOT_PROMPT;
  }

  private static boolean goesOn(Label otherwise, List<SwitchCase> cases, Set<Label> behind) {
    return !behind.contains(otherwise)
        && cases.stream().noneMatch(one -> behind.contains(one.target()));
  }

  private boolean isUsedPromptly(String name) {
    if (PromptCalls.know(name)) {
      return true;
    }
    ClassModel model = model(name);
    return model != null && !mayInitialize(name, model);
  }
}

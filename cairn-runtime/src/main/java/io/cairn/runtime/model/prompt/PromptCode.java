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
import java.lang.classfile.PseudoInstruction;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.DiscontinuedInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.classfile.instruction.NewMultiArrayInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.NewPrimitiveArrayInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodType;
import java.lang.reflect.AccessFlag;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the code of methods of one object's class, and of what they call, to tell whether it is
 * prompt: it ends without waiting for anybody, and soon. That is so if it takes no lock, has no
 * loop, and calls nothing but code of which the same can be said ({@link PromptCalls}, or an
 * author's, which is read in turn), initializers of classes included. And it must not get hold of
 * an object that is not plain ({@link PlainTypes}): it makes none, and takes none from a field that
 * others fill. Whatever cannot be told counts as not prompt. Not thread-safe.
 */
final class PromptCode {

  /** Instructions that a prompt method runs at most, with all that it calls. */
  private static final int MOST_INSTRUCTIONS = 2_000;

  private static final int DEEPEST_CALLS = 50;
  private static final int LONGEST_ARRAY = 1_024;

  /** What is not prompt counts as. */
  private static final int NOT_PROMPT = MOST_INSTRUCTIONS + 1;

  private static final String STRING_CONCATENATION = "Ljava/lang/invoke/StringConcatFactory;";
  private static final String MARKER = "java/io/Serializable";
  private static final String RECORD_METHODS = "Ljava/lang/runtime/ObjectMethods;";

  private final Class<?> self;
  private final PlainTypes plain;

  /** Classes that are initialized, or may be here. */
  private final Set<String> used = new HashSet<>();

  private final Map<String, @Nullable ClassModel> read = new HashMap<>();
  private final Map<String, Integer> costs = new HashMap<>();
  private int depth;

  /**
   * Reads code as an object of a class runs it.
   *
   * @param self the class of the object; what it overrides counts
   * @param plain tells what objects the code may get hold of
   */
  PromptCode(Class<?> self, PlainTypes plain) {
    this.self = self;
    this.plain = plain;
  }

  /** Reads code of an object that there is, so that its classes are initialized. */
  static PromptCode ofRunning(Class<?> self, PlainTypes plain) {
    PromptCode code = new PromptCode(self, plain);
    for (Class<?> at = self; at != null; at = at.getSuperclass()) {
      code.used.add(nameOf(at));
    }
    return code;
  }

  /** Whether a method of the object is prompt, by its name and its descriptor. */
  boolean isPrompt(String method, String descriptor) {
    return cost(nameOf(self), method, descriptor, Opcode.INVOKEVIRTUAL) <= MOST_INSTRUCTIONS;
  }

  /** Whether a method that the object's class declares is prompt. */
  boolean isPrompt(Method method) {
    String descriptor =
        MethodType.methodType(method.getReturnType(), method.getParameterTypes())
            .descriptorString();
    return isPrompt(method.getName(), descriptor);
  }

  /** Whether the compiler wrote a method of a record, which then asks its parts. */
  boolean isGenerated(Method method) {
    ClassModel model = model(nameOf(self));
    return model != null
        && model.methods().stream()
            .filter(one -> one.methodName().equalsString(method.getName()))
            .allMatch(PromptCode::isGenerated);
  }

  private static boolean isGenerated(MethodModel method) {
    return method.code().stream()
        .flatMap(CodeModel::elementStream)
        .anyMatch(
            one ->
                one instanceof InvokeDynamicInstruction call
                    && call.bootstrapMethod().owner().descriptorString().equals(RECORD_METHODS));
  }

  /** Whether all ways to construct the object are. */
  boolean isMadePromptly() {
    ClassModel model = model(nameOf(self));
    return model != null
        && model.methods().stream()
            .filter(method -> method.methodName().equalsString("<init>"))
            .allMatch(method -> cost(model, method) <= MOST_INSTRUCTIONS);
  }

  /** Whether the first use of a class, which initializes it, is prompt. */
  boolean isUsedPromptly(Class<?> type) {
    return isUsedPromptly(nameOf(type));
  }

  private static String nameOf(Class<?> type) {
    return type.getName().replace('.', '/');
  }

  /** How many instructions a call runs at most; {@link #NOT_PROMPT} if it is not prompt. */
  private int cost(String owner, String method, String descriptor, Opcode opcode) {
    if (owner.startsWith("[")) {
      return method.equals("clone") ? PromptCalls.GROWING : NOT_PROMPT;
    }
    if (PromptCalls.know(owner) && !(isDispatched(opcode) && isSelf(owner))) {
      return PromptCalls.cost(owner, method, descriptor, NOT_PROMPT);
    }
    if (depth >= DEEPEST_CALLS) {
      return NOT_PROMPT;
    }
    String call = opcode + " " + owner + '.' + method + descriptor;
    Integer known = costs.putIfAbsent(call, NOT_PROMPT); // which a call of itself finds: a loop
    if (known != null) {
      return known;
    }
    depth++;
    int cost = read(owner, method, descriptor, opcode);
    depth--;
    costs.put(call, cost);
    return cost;
  }

  private static boolean isDispatched(Opcode opcode) {
    return opcode == Opcode.INVOKEVIRTUAL || opcode == Opcode.INVOKEINTERFACE;
  }

  private int read(String owner, String method, String descriptor, Opcode opcode) {
    ClassModel named = model(owner);
    MethodModel there = named == null ? null : find(named, method, descriptor);
    boolean dispatched =
        isDispatched(opcode) && !(there != null && there.flags().has(AccessFlag.PRIVATE));
    // What is called on the object itself may be overridden below the class that the call names.
    for (String at = dispatched && isSelf(owner) ? nameOf(self) : owner;
        at != null;
        at = superclass(at)) {
      if (PromptCalls.know(at)) {
        return PromptCalls.cost(at, method, descriptor, NOT_PROMPT);
      }
      ClassModel model = model(at);
      if (model == null || (opcode == Opcode.INVOKESTATIC && !isUsedPromptly(at))) {
        return NOT_PROMPT;
      }
      MethodModel found = find(model, method, descriptor);
      if (found != null) {
        boolean exact = !dispatched || isSelf(owner) || isFinal(model, found);
        return exact ? cost(model, found) : NOT_PROMPT;
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
    if (!read.containsKey(name)) {
      read.put(name, parse(name));
    }
    return read.get(name);
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

  private int cost(ClassModel owner, MethodModel method) {
    CodeModel code = method.code().orElse(null);
    if (code == null || method.flags().has(AccessFlag.SYNCHRONIZED) || catchesBackwards(code)) {
      return NOT_PROMPT; // abstract or native, or takes a lock, or has a loop
    }
    boolean constants = owner.flags().has(AccessFlag.ENUM) && makesConstants(method);
    Set<Label> behind = new HashSet<>();
    CodeElement before = null;
    int cost = 0;
    for (CodeElement element : code) {
      if (element instanceof PseudoInstruction && !(element instanceof LabelTarget)) {
        continue; // says where it stands in the source
      }
      int one = cost(element, before, behind);
      cost += constants && one == PromptCalls.GROWING ? 1 : one;
      before = element;
      if (cost > MOST_INSTRUCTIONS) {
        return NOT_PROMPT;
      }
    }
    return cost;
  }

  /** Whether a method of an enum makes what there is of it, which is not what a client sends. */
  private static boolean makesConstants(MethodModel method) {
    return method.methodName().equalsString("<clinit>")
        || method.methodName().equalsString("$values");
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
   * @param before the one in front of it
   * @param behind the labels that were passed: a jump to one is a loop
   */
  private int cost(CodeElement element, @Nullable CodeElement before, Set<Label> behind) {
    return switch (element) {
      case LabelTarget target -> {
        behind.add(target.label());
        yield 0;
      }
      case InvokeInstruction call ->
          cost(
              call.owner().asInternalName(),
              call.name().stringValue(),
              call.type().stringValue(),
              call.opcode());
      case InvokeDynamicInstruction call -> concatenation(call);
      case NewObjectInstruction made -> making(made.className().asInternalName());
      case FieldInstruction field -> access(field);
      case NewPrimitiveArrayInstruction _ -> isShort(before) ? 1 : NOT_PROMPT;
      case NewReferenceArrayInstruction _ -> isShort(before) ? 1 : NOT_PROMPT;
      case ArrayStoreInstruction store when store.opcode() == Opcode.AASTORE -> PromptCalls.GROWING;
      default -> mayRun(element, behind) ? 1 : NOT_PROMPT;
    };
  }

  private boolean mayRun(CodeElement element, Set<Label> behind) {
    return switch (element) {
      case BranchInstruction branch -> !behind.contains(branch.target());
      case LookupSwitchInstruction lookup -> goesOn(lookup.defaultTarget(), lookup.cases(), behind);
      case TableSwitchInstruction table -> goesOn(table.defaultTarget(), table.cases(), behind);
      case ConstantInstruction constant ->
          constant.opcode() == Opcode.ACONST_NULL || isPlain(constant.constantValue());
      case MonitorInstruction _, DiscontinuedInstruction _, NewMultiArrayInstruction _ -> false;
      default -> true;
    };
  }

  /** A class that code names may be one that a body is read as. */
  private boolean isPlain(ConstantDesc constant) {
    return switch (constant) {
      case ClassDesc type -> plain.include(load(type));
      case DynamicConstantDesc<?> _, MethodHandleDesc _, MethodTypeDesc _ -> false;
      default -> true;
    };
  }

  /** Each text that is joined may be the same as the others. */
  private static int concatenation(InvokeDynamicInstruction call) {
    if (!call.bootstrapMethod().owner().descriptorString().equals(STRING_CONCATENATION)) {
      return NOT_PROMPT;
    }
    long objects =
        call.typeSymbol().parameterList().stream().filter(one -> !one.isPrimitive()).count();
    return PromptCalls.KNOWN + (int) objects * PromptCalls.GROWING;
  }

  private int making(String name) {
    if (PromptCalls.know(name)) {
      return 1;
    }
    return plain.include(load(ClassDesc.ofInternalName(name))) ? PromptCalls.GROWING : NOT_PROMPT;
  }

  /** What lies in a field of plain data is plain, if what is put there is. */
  private int access(FieldInstruction field) {
    boolean fixed = field.opcode() == Opcode.GETSTATIC || field.opcode() == Opcode.PUTSTATIC;
    String owner = field.owner().asInternalName();
    if (fixed && !isUsedPromptly(owner)) {
      return NOT_PROMPT;
    }
    Class<?> type = load(field.typeSymbol());
    if (plain.isValue(type)) {
      return 1;
    }
    if (fixed) {
      boolean values = type.isArray() && plain.isValue(type.getComponentType());
      return values ? 1 : NOT_PROMPT;
    }
    Class<?> holder = load(ClassDesc.ofInternalName(owner));
    boolean own = plain.include(holder) && !holder.isEnum(); // constants are everybody's
    int cost = field.opcode() == Opcode.PUTFIELD ? PromptCalls.GROWING : 1;
    return own ? cost : NOT_PROMPT;
  }

  private static boolean isShort(@Nullable CodeElement length) {
    return length instanceof ConstantInstruction constant
        && constant.constantValue() instanceof Integer number
        && number <= LONGEST_ARRAY;
  }

  /** Loads a class, without running its initializer. */
  private Class<?> load(ClassDesc type) {
    return MethodType.fromMethodDescriptorString(
            "()" + type.descriptorString(), self.getClassLoader())
        .returnType();
  }

  private static boolean goesOn(Label otherwise, List<SwitchCase> cases, Set<Label> behind) {
    return !behind.contains(otherwise)
        && cases.stream().noneMatch(one -> behind.contains(one.target()));
  }

  private boolean isUsedPromptly(String name) {
    for (String at = name; at != null && !PromptCalls.know(at); at = superclass(at)) {
      if (used.add(at) && !isInitializedPromptly(at)) {
        used.remove(at);
        return false;
      }
    }
    return true;
  }

  /** Interfaces may have initializers too. */
  private boolean isInitializedPromptly(String name) {
    ClassModel model = model(name);
    return model != null
        && model.interfaces().stream().allMatch(one -> one.name().equalsString(MARKER))
        && (find(model, "<clinit>", "()V") == null
            || cost(name, "<clinit>", "()V", Opcode.INVOKESPECIAL) <= MOST_INSTRUCTIONS);
  }
}

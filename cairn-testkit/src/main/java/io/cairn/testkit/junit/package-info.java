// SPDX-License-Identifier: Apache-2.0
/** Hosts for JUnit's tests. The only package of the test kit that needs JUnit on the class path. */
@NullMarked
package io.cairn.testkit.junit;

import org.jspecify.annotations.NullMarked;

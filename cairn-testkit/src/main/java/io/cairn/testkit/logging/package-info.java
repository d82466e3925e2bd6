// SPDX-License-Identifier: Apache-2.0
/** What was logged while a test ran. The only package of the test kit that names Logback. */
@NullMarked
package io.cairn.testkit.logging;

import org.jspecify.annotations.NullMarked;

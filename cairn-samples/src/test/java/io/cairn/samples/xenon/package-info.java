/** What Xenon's authors were promised, held against the compiled classes. */
package io.cairn.samples.xenon;

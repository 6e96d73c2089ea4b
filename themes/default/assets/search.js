// Search: finds documents and lessons in the index that `search/data/` holds, and shows them under the box of every page
// and on the page of search. Loaded when a box is first used. The index is read piece by piece, as classic scripts, so
// that it works from a folder and under a strict policy. `docs/search-format.md` in Afterword's repository describes the
// words, the index and the ranking. Nothing of a query or of a document ever becomes markup: text is made text nodes.
"use strict";

(() => {
  const VERSION = 2;

  // ---- Words. The rules are those of `src/search/token.rs`, and the same file of cases holds both to them.

  const LONGEST = 64;
  const MOST_PARTS = 8;
  const DENSE = "\\u0E00-\\u0EFF\\u1000-\\u109F\\u1780-\\u17FF\\u3040-\\u30FF\\u3400-\\u4DBF\\u4E00-\\u9FFF\\uF900-\\uFAFF\\u{20000}-\\u{2FFFF}";
  const IN_WORD = "[\\p{Alphabetic}\\p{N}\\p{M}]";
  const OWN = `(?:(?![${DENSE}])${IN_WORD})`;
  const CHUNK = new RegExp(`(?:(?=[${DENSE}])${IN_WORD})+|${OWN}+(?:[-_.]${OWN}+)*`, "gu");
  const IS_DENSE = new RegExp(`^[${DENSE}]`, "u");
  const NOT_WORD = new RegExp(`(?!${IN_WORD})[^]`, "gu");
  const ASCII = /^[\x00-\x7f]*$/;
  const ACCENTS = /[\u0300-\u036f]/g;
  const LETTERS = { "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ς": "σ" };
  const HUMP = /(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})/;

  /** Returns text without case and accents, in one spelling of each character. */
  function fold(text) {
    if (ASCII.test(text)) return text.toLowerCase();
    return text.normalize("NFKD").replace(ACCENTS, "").toLowerCase().replace(/[ßæœøłđðþıς]/g, (c) => LETTERS[c])
      .replace(NOT_WORD, "").normalize("NFC").replace(ACCENTS, "");
  }

  /** Returns the first characters of a word. */
  function cut(word) {
    return word.length <= LONGEST ? word : Array.from(word).slice(0, LONGEST).join("");
  }

  /** Returns the pieces of a text that hold words, with their places. */
  function chunks(text) {
    return Array.from(text.matchAll(CHUNK), (match) => ({ text: match[0], start: match.index, end: match.index + match[0].length }));
  }

  /** Returns the tokens of a chunk: `words` one by one with their `humps`, and `whole` where joints hold them together. */
  function taken(chunk) {
    if (IS_DENSE.test(chunk)) {
      const letters = Array.from(fold(chunk));
      const words = letters.slice(1).map((letter, at) => letters[at] + letter);
      return { dense: true, words: words.map((word) => ({ word, humps: [] })), last: letters[letters.length - 1], whole: [] };
    }
    const words = [];
    let joined = "";
    for (const piece of chunk.split(/([-_.])/)) {
      if (/^[-_.]$/.test(piece)) {
        joined += piece;
        continue;
      }
      const folded = fold(piece);
      if (!folded) continue;
      joined += folded;
      const humps = ASCII.test(piece) && piece.length <= LONGEST ? piece.split(HUMP) : [];
      words.push({ word: cut(folded), humps: humps.length > 1 ? humps.filter((hump) => hump.length > 1).map((hump) => hump.toLowerCase()) : [] });
    }
    const whole = [];
    if (words.length >= 2 && words.length <= MOST_PARTS && Array.from(joined).length <= LONGEST) {
      whole.push(joined);
      if (/^v[0-9]/.test(joined)) whole.push(joined.slice(1));
    }
    return { dense: false, words, whole };
  }

  /** Returns all tokens of a text, in the order in which the index takes them in. */
  function tokens(text) {
    const out = [];
    for (const chunk of chunks(text)) {
      const found = taken(chunk.text);
      for (const { word, humps } of found.words) out.push(word, ...humps);
      if (found.dense && found.last) out.push(found.last);
      out.push(...found.whole);
    }
    return out;
  }

  /** Compares by code points, as the index is sorted. */
  function compare(a, b) {
    const shorter = Math.min(a.length, b.length);
    for (let at = 0; at < shorter; at += 1) {
      let x = a.charCodeAt(at);
      let y = b.charCodeAt(at);
      if (x === y) continue;
      if (x >= 0xd800 && y >= 0xd800) {
        x += x >= 0xe000 ? -0x800 : 0x2000;
        y += y >= 0xe000 ? -0x800 : 0x2000;
      }
      return x - y;
    }
    return a.length - b.length;
  }

  /** Returns how many of sorted words come before the given one, or are it where `after` is set. */
  function rank(words, word, after) {
    let low = 0;
    let high = words.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const order = compare(words[middle], word);
      if (order < 0 || (after && order === 0)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Words that say little by themselves: they are asked for where nothing else is, and not even loaded beside others. */
  const COMMON = new Set(("a about after all also am an and any are as at be because been before being but by can could did do does doing " +
    "for from get got had has have having he her here him his how i if in into is it its just me more most my no not now of off on one or " +
    "our out over own she so some such t than that the their them then there these they this those through to too up us very was we were what " +
    "when where which while who why will with would you your every each both another other without during since until cannot s d ll m re ve don didn doesn isn wasn won happened happen happens " +
    "der die das den dem des ein eine einer eines einem und oder nicht ist war wurde warum wie wann von zu mit auf bei nach im am aus für " +
    "le la les l un une des du de et ou est pas que qui dans sur pour par avec au aux ne ce cette " +
    "el los las una y o no es en por para con del al se que fue " +
    "os as um uma e da do das dos em na no nas nos com por para que foi não nao").split(" ").map(fold));

  /**
   * Words that any story has. A collection is small, so a common one of them may be rare in it by chance, and would then
   * count for more than the words that tell one outage from another.
   */
  const EVERYDAY = new Set(("go goes going gone went take takes took taken taking make makes made making gets getting gotten give gives gave given giving come comes came coming " +
    "see sees saw seen seeing know knows knew known think thought look looks looked looking want wants wanted use uses used using find finds found finding " +
    "tell told ask asks asked asking seem seems seemed feel felt try tries tried trying leave leaves leaving called need needs needed become becomes became " +
    "put puts mean means meant keep keeps kept keeping let lets begin begins began begun show shows showed shown showing hear heard turn turns turned bring " +
    "brings brought say says said work works worked working help helps helped like may might must shall able unable somebody someone anybody anyone " +
    "everybody everyone nobody nothing something anything everything whose much many several few little lot lots whole same different enough own certain " +
    "again always never ever often sometimes still already yet soon later once twice away far long suddenly together almost even well really quite rather " +
    "instead however maybe perhaps back here today yesterday new old good better best bad worse worst great big small large high low short early late next " +
    "last first second third possible impossible sure real main one two three four five six seven eight nine ten hundred thousand million thing things way " +
    "ways day days week weeks month months year years hour hours minute minutes seconds time times people person place part parts kind sort case side point " +
    "problem problems issue issues down").split(" "));

  // ---- Endings by which a word and its kin differ. What follows a stem of four letters or more.

  const BENT = new Set(["", "s", "es", "e", "ed", "d", "ing", "y", "ies", "ied"]);
  const KIN = new Set([...BENT, "er", "ers", "or", "ors", "ion", "ions", "ation", "ations", "ment", "ments", "ure", "ures", "ally", "al", "ly",
    "able", "ance", "ence", "ency", "ive"]);

  /** Returns the shortest stem that the kin of a word begin with. */
  function stemOf(word) {
    if (!/^[a-z]{3,}$/.test(word)) return word;
    if (word.length < 5) return word.replace(/s$/, "").length > 2 ? word.replace(/s$/, "") : word;
    let shortest = word.length;
    for (let at = Math.max(4, word.length - 6); at < word.length; at += 1) {
      if (KIN.has(word.slice(at)) || isDoubled(word, at)) { shortest = at; break; }
    }
    return word.slice(0, shortest);
  }

  const isDoubled = (word, at) => at > 3 && word[at] === word[at - 1] && /^(?:ed|ing|er|ers)$/.test(word.slice(at + 1));

  /** Returns how near of kin two words are: 1 for bent forms of one word, 0.6 for words made of it, 0 for others. */
  function kinship(a, b) {
    // `bug` and `bugs`: of so short a word only the plural is surely one.
    if (Math.min(a.length, b.length) === 3) return a.length > 2 && (`${a}s` === b || `${b}s` === a) ? 1 : 0;
    let best = 0;
    let shared = 0;
    while (shared < a.length && shared < b.length && a[shared] === b[shared]) shared += 1;
    for (let at = Math.min(shared, a.length, b.length); at >= 4 && at >= shared - 2; at -= 1) {
      const [x, y] = [a.slice(at), b.slice(at)];
      const bent = (end, word) => BENT.has(end) || (isDoubled(word, at) && !/ers?$/.test(end));
      const made = (end, word) => KIN.has(end) || isDoubled(word, at);
      if (bent(x, a) && bent(y, b)) return 1;
      if (made(x, a) && made(y, b)) best = 0.6;
    }
    return best;
  }

  /**
   * Returns how many slips turn `a` into `b` (a letter more, less, other, or two exchanged), or `most + 1` if more.
   * With `open`, `b` may go on behind what `a` is held against.
   */
  function slips(a, b, most, open) {
    if (a.length - b.length > most || (!open && b.length - a.length > most)) return most + 1;
    const width = open ? Math.min(b.length, a.length + most) : b.length;
    let older = [];
    let old = Array.from({ length: width + 1 }, (_, at) => at);
    for (let i = 1; i <= a.length; i += 1) {
      const row = [i];
      let least = i;
      for (let j = 1; j <= width; j += 1) {
        const same = a[i - 1] === b[j - 1];
        let cost = Math.min(old[j] + 1, row[j - 1] + 1, old[j - 1] + (same ? 0 : 1));
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, older[j - 2] + 1);
        row.push(cost);
        if (cost < least) least = cost;
      }
      if (least > most) return most + 1;
      older = old;
      old = row;
    }
    return Math.min(open ? Math.min(...old.slice(Math.max(0, a.length - most))) : old[width], most + 1);
  }

  /** Returns which letters a word has, as bits. Letters of one bit pass for the same. */
  function lettersOf(word) {
    let letters = 0;
    for (let at = 0; at < word.length; at += 1) letters |= 1 << word.charCodeAt(at);
    return letters;
  }

  /** Whether more than `most` bits are set. */
  function hasMore(bits, most) {
    for (let left = most; left > 0; left -= 1) bits &= bits - 1;
    return bits !== 0;
  }

  const forgiven = (word) => (word.length >= 8 ? 2 : word.length >= 4 ? 1 : 0);
  /** From so many letters on a word that begins well is forgiven a second slip, where nothing else is found. */
  const FORGIVEN_TWICE = 6;
  const reversed = (word) => Array.from(word).reverse().join("");

  // ---- Numbers and lists of words as text.

  const BASE = 45;
  const DIGIT = new Uint8Array(128);
  {
    let digit = 0;
    for (let code = 35; code < 127; code += 1) if (code !== 60 && code !== 92) DIGIT[code] = digit++;
  }

  /** Returns the numbers of a text. */
  function numbers(text) {
    const out = [];
    let number = 0;
    let unit = 1;
    for (let at = 0; at < text.length; at += 1) {
      const digit = DIGIT[text.charCodeAt(at) & 127];
      if (digit >= BASE) {
        number += (digit - BASE) * unit;
        unit *= BASE;
      } else {
        out.push(number + digit * unit);
        number = 0;
        unit = 1;
      }
    }
    return out;
  }

  /** Returns rising numbers that are written as their distances. */
  function rising(text) {
    let last = 0;
    return numbers(text).map((gap) => (last += gap));
  }

  /** Returns the words of a list, each of which begins as the one before it. */
  function wordsOf(list) {
    let last = "";
    return list ? list.split(" ").map((entry) => (last = last.slice(0, DIGIT[entry.charCodeAt(0)]) + entry.slice(1))) : [];
  }

  // ---- The index.

  /** What went wrong, for people. */
  class Unavailable extends Error {}

  /** How long one stretch of work may last before the page gets a turn, in milliseconds. */
  const TURN = 5;
  const now = () => performance.now();
  const turn = typeof MessageChannel === "undefined" ? () => new Promise((done) => setTimeout(done)) : (() => {
    // A timer inside a timer waits for four milliseconds, a message does not.
    const { port1, port2 } = new MessageChannel();
    const waiting = [];
    port1.onmessage = () => waiting.shift()();
    return () => new Promise((done) => { waiting.push(done); port2.postMessage(0); });
  })();

  const WEIGHT = { exact: 1, bent: 0.95, kin: 0.55, begins: 0.5, synonym: 0.8, apart: 0.35, typo: [0, 0.6, 0.4], typoBegins: 0.4, parts: 0.8, joined: 0.5, everyday: 0.4 };
  const FACETS = ["kind", "service", "severity", "factor", "tag", "year", "category"];
  const MOST_WORDS = 30;
  /** A word of so many documents needs no synonyms. */
  const MANY = 100;
  /** How many hits are sorted at once; the rest where somebody asks for more. */
  const TOP = 200;
  /** How many documents or lessons are looked at before a look at the clock. */
  const SLICE = 10_000;
  /** How many numbers of postings are kept, four bytes each; to keep a term costs as much as so many of them by itself. */
  const KEPT = 2_000_000;
  const KEPT_TERM = 100;
  /** Fewer documents with all words than this, and those with most of them are shown behind. */
  const FEW = 10;

  class Index {
    /** `fetch(name)` gives a promise of the data of a script; `room` is how many numbers of postings are kept. */
    constructor(fetch, room = KEPT) {
      this.fetch = fetch;
      this.room = room;
      this.loaded = new Map();
      this.unpacked = new Map(); // By term, those asked for last at the end.
      this.kept = 0;
      this.scratch = [new Uint32Array(1000), new Uint32Array(1000)];
    }

    /** Loads a piece of the index; nothing is loaded twice. */
    load(name) {
      let promise = this.loaded.get(name);
      if (!promise) {
        promise = this.fetch(name);
        promise.catch(() => this.loaded.delete(name));
        this.loaded.set(name, promise);
      }
      return promise;
    }

    /** Loads the root, from which everything else is found. */
    open() {
      this.opened ??= this.load("root").then((root) => {
        if (root?.version !== VERSION) throw new Unavailable("The search index was made by another version of Afterword.");
        this.root = root;
        this.documents = root.documents;
        this.numbered = []; // By document and place: the number of a lesson.
        this.lessonCount = 0;
        this.lessonDocument = new Uint32Array(root.lessons);
        this.lessonPlace = new Uint32Array(root.lessons);
        this.firsts = wordsOf(root.shards);
        this.forward = wordsOf(root.forward);
        this.backward = wordsOf(root.backward);
        this.synonyms = new Map();
        for (const group of root.synonyms ? root.synonyms.split("|") : []) {
          const phrases = group.split(",").map((phrase) => {
            const pieces = phrase.trim().split(/\s+/).map((piece) => tokens(piece));
            // A phrase of plain words is a term as a whole.
            if (pieces.length > 1 && pieces.length <= MOST_PARTS && pieces.every((piece) => piece.length === 1)) return { key: pieces.join(" "), words: pieces.flat(), whole: pieces.join("-") };
            const words = phrase.trim().split(/\s+/).flatMap((word) => this.plain(word));
            return { key: words.join(" "), words };
          }).filter(({ words }) => words.length);
          for (const phrase of phrases) {
            const { key } = phrase;
            const others = this.synonyms.get(key) ?? [];
            for (const other of phrases) if (other !== phrase) others.push(other);
            this.synonyms.set(key, others);
          }
        }
        return this;
      });
      this.opened.catch(() => { this.opened = undefined; });
      return this.opened;
    }

    plain(word) {
      const found = chunks(word).map((chunk) => taken(chunk.text));
      return found.flatMap((one) => (one.whole.length ? [one.whole[0]] : one.words.map((part) => part.word)));
    }

    /** Returns one of a row of pieces, such as the shards. */
    async piece(kind, names, place) {
      const name = `${kind}${place}-${names.slice(place * 4, place * 4 + 4)}`;
      const data = await this.load(name);
      if (kind === "r") return data;
      // What a piece says is taken apart once.
      if (!data.words) {
        const [words, rest] = data;
        data.words = wordsOf(words);
        data.rest = rest;
      }
      return data;
    }

    /** Returns the shards that hold the words of a range, at most `most` of them. */
    async shards(from, to, most = 2) {
      const first = this.placeOf(from);
      const last = Math.max(first, rank(this.firsts, to, true) - 1);
      const places = [];
      for (let place = first; place <= Math.min(last, first + most - 1) && place < this.firsts.length; place += 1) places.push(place);
      return Promise.all(places.map((place) => this.shard(place)));
    }

    placeOf(word) {
      return Math.max(0, rank(this.firsts, word, true) - 1);
    }

    async shard(place) {
      const shard = await this.piece("s", this.root.shard_names, place);
      shard.postings ??= shard.rest.split("!");
      return shard;
    }

    /** Returns a term as it stands in a shard. */
    term(shard, at) {
      const text = shard.postings[at];
      if (text === undefined) throw new Unavailable("A piece of the search index is cut short.");
      if (text[0] === " ") {
        const [, name, count] = text.split(" ");
        return { word: shard.words[at], count: numbers(count)[0], long: name };
      }
      const term = { word: shard.words[at], count: (shard.counts ??= [])[at], text };
      term.count ??= shard.counts[at] = this.postings(term).documents.length;
      return term;
    }

    /**
     * Returns the postings of a term as numbers. Queries ask for the same words again, while somebody types above all, and
     * to read the text takes several times as long as to use what it says; so those of the last queries are kept.
     */
    postings({ word, text }) {
      let postings = this.unpacked.get(word);
      if (postings) {
        this.unpacked.delete(word);
      } else {
        postings = this.unpack(text);
        this.kept += sizeOf(postings);
      }
      this.unpacked.set(word, postings);
      for (const [oldest, other] of this.unpacked) {
        if (this.kept <= this.room || other === postings) break;
        this.kept -= sizeOf(other);
        this.unpacked.delete(oldest);
      }
      return postings;
    }

    /**
     * Reads the text of postings: `documents` are document * 16 + level, `lessons` are number * 4 + level, of all documents
     * one after the other.
     */
    unpack(text) {
      // No list is longer than its text.
      if (this.scratch[0].length < text.length) this.scratch = [new Uint32Array(2 * text.length), new Uint32Array(2 * text.length)];
      const [documents, lessons] = this.scratch;
      let [documentCount, lessonCount, document, place, inLessons] = [0, 0, 0, 0, 0];
      for (let at = 0; at < text.length;) {
        let number = 0;
        let unit = 1;
        let digit = DIGIT[text.charCodeAt(at++) & 127];
        for (; digit >= BASE; digit = DIGIT[text.charCodeAt(at++) & 127]) {
          number += (digit - BASE) * unit;
          unit *= BASE;
        }
        number += digit * unit;
        if (inLessons) {
          place += number >>> 3;
          lessons[lessonCount++] = this.lessonNumber(document, place) * 4 + ((number >>> 1) & 3);
          place += 1;
        } else {
          document += number >>> 5;
          documents[documentCount++] = document * 16 + ((number >>> 1) & 15);
          place = 0;
        }
        inLessons = number & 1;
      }
      return { documents: documents.slice(0, documentCount), lessons: lessons.slice(0, lessonCount) };
    }

    /**
     * Returns the number of a lesson, counted as lessons are met, so that what a query knows of them stands in arrays. The
     * index names them by document and place, and how many a document has is only known once its block of lessons is loaded.
     */
    lessonNumber(document, place) {
      const places = (this.numbered[document] ??= []);
      let number = places[place];
      if (number === undefined) {
        number = this.lessonCount;
        if (number >= this.root.lessons || document >= this.documents) throw new Unavailable("A piece of the search index does not fit the others.");
        this.lessonCount += 1;
        this.lessonDocument[number] = document;
        this.lessonPlace[number] = place;
        places[place] = number;
      }
      return number;
    }

    /** Returns the term of a word, if there is one. */
    async find(word) {
      for (const shard of await this.shards(word, word)) {
        const at = rank(shard.words, word);
        if (shard.words[at] === word) return this.term(shard, at);
      }
      return null;
    }

    /** Returns the terms that a word of a query stands for, each with a weight. */
    async terms(word, begins) {
      const stem = stemOf(word);
      // The shard of the word itself counts, whatever the stem's is.
      const shards = new Set(await this.shards(word, begins ? `${word}\u{10ffff}` : word, begins ? 3 : 2));
      if (stem !== word) for (const shard of await this.shards(stem, word)) shards.add(shard);
      const found = [];
      for (const shard of shards) {
        let at = rank(shard.words, stem);
        const begun = [];
        for (; at < shard.words.length && shard.words[at].startsWith(stem); at += 1) {
          const other = shard.words[at];
          if (other === word) found.push({ ...this.term(shard, at), weight: WEIGHT.exact });
          else {
            const near = stem.length > 2 ? kinship(word, other) : 0;
            if (near) found.push({ ...this.term(shard, at), weight: near === 1 ? WEIGHT.bent : WEIGHT.kin });
            else if (begins && other.startsWith(word)) begun.push(at);
          }
        }
        if (!begins) continue;
        // What many documents have has long postings. A beginning that a thousand words share is no help anyway.
        begun.sort((a, b) => shard.postings[b].length - shard.postings[a].length || a - b);
        for (const at of begun.slice(0, 200)) found.push({ ...this.term(shard, at), weight: WEIGHT.begins });
      }
      return found;
    }

    /** Returns the words nearest to one that nothing has, with the number of slips. */
    async near(word, begins) {
      const most = forgiven(word);
      if (!most) return [];
      const seen = new Map();
      let least = most;
      let start = "";
      const own = lettersOf(word);
      const look = (other, count, open) => {
        if (!other.startsWith(start)) return;
        const distance = slips(word, other, least, open);
        if (distance > least || distance === 0) return;
        least = Math.min(least, distance);
        const known = seen.get(other);
        if (!known || known.distance > distance) seen.set(other, { word: other, distance, count, open });
      };
      const scan = async (open) => {
        let until = now() + TURN;
        const through = async (piece, count, spelled = (word) => word) => {
          const { words } = piece;
          // A slip takes away one letter at most and adds one at most, and nearly all words differ by more than that.
          const letters = (piece.letters ??= words.map(lettersOf));
          for (let at = 0; at < words.length; at += 1) {
            if (!hasMore(own & ~letters[at], least) && (open || !hasMore(letters[at] & ~own, least))) look(spelled(words[at]), count(at), open);
            if ((at & 255) === 0 && now() > until) {
              await turn();
              until = now() + TURN;
            }
          }
        };
        for (const shard of await this.shards(word, word)) await through(shard, (at) => shard.postings[at].length);
        if (seen.size) return;
        for (const [kind, firsts, names, key] of [
          ["w", this.forward, this.root.forward_names, word],
          ["v", this.backward, this.root.backward_names, reversed(word)],
        ]) {
          const place = rank(firsts, key, true) - 1;
          // The words around a border stand in two pieces.
          for (const one of new Set([Math.max(0, place), Math.max(0, rank(firsts, key.slice(0, 2), true) - 1)])) {
            if (one >= firsts.length) continue;
            const piece = await this.piece(kind, names, one);
            await through(piece, (at) => 1 << DIGIT[piece.rest.charCodeAt(at)], kind === "v" ? reversed : undefined);
          }
        }
      };
      await scan(false);
      if (!seen.size && begins) await scan(true);
      if (!seen.size && most === 1 && word.length >= FORGIVEN_TWICE) {
        [least, start] = [2, word.slice(0, 2)];
        await scan(false);
      }
      const strange = (one) => (one.word[0] === word[0] ? 0 : 1);
      return [...seen.values()].filter((one) => one.distance === least)
        .sort((a, b) => strange(a) - strange(b) || b.count - a.count || compare(a.word, b.word)).slice(0, 3);
    }

    /** Takes a query apart: what each of its words may mean. */
    slots(query) {
      const found = chunks(query);
      const slots = [];
      const known = new Set();
      const add = (slot) => {
        const key = `${slot.word} ${slot.begins}`;
        if (!known.has(key) && slots.length < MOST_WORDS) slots.push(slot);
        known.add(key);
      };
      found.forEach((chunk, at) => {
        const open = at === found.length - 1 && chunk.end === query.length;
        const one = taken(chunk.text);
        const place = { start: chunk.start, end: chunk.end };
        if (one.dense) {
          for (const { word } of one.words) add({ ...place, word, begins: false, parts: [], humps: [] });
          if (!one.words.length) add({ ...place, word: one.last, begins: true, parts: [], humps: [] });
        } else if (one.whole.length) {
          add({ ...place, word: one.whole[0], begins: open, parts: one.words.map((part) => part.word), humps: [] });
        } else if (one.words.length) {
          for (const part of one.words) add({ ...place, word: part.word, begins: open, parts: [], humps: part.humps });
        }
      });
      const telling = slots.filter((slot) => !COMMON.has(slot.word));
      // A result needs those of the others that not any story has.
      const own = telling.filter((slot) => !EVERYDAY.has(slot.word));
      for (const slot of slots) {
        slot.required = telling.length === 0 || !COMMON.has(slot.word);
        slot.needed = own.length === 0 ? slot.required : own.includes(slot);
      }
      return slots;
    }

    /** Returns what the synonyms of a table say of the words of a query. */
    async alike(slots) {
      const words = slots.map((slot) => slot.word);
      const jobs = [];
      for (let from = 0; from < words.length; from += 1) {
        for (let length = Math.min(3, words.length - from); length >= 1; length -= 1) {
          const key = words.slice(from, from + length).join(" ");
          const others = this.synonyms.get(key) ?? (length === 1 ? this.synonyms.get(key.replace(/s$/, "")) : undefined);
          // A word that is met everywhere needs no help, and each synonym is a shard more to load.
          if (!others || (length === 1 && (!slots[from].needed || slots[from].terms.reduce((sum, term) => sum + term.count, 0) >= MANY))) continue;
          const add = async (list, weight) => {
            const terms = await Promise.all(list.map((word) => this.find(word)));
            if (!terms.every((term) => term)) return false;
            for (const slot of slots.slice(from, from + length)) slot.together.push({ terms, weight });
            return true;
          };
          for (const { words, whole } of others.slice(0, 5)) {
            jobs.push((async () => {
              if (!whole) await add(words, WEIGHT.synonym);
              // Where nobody wrote the phrase so, its words may stand apart. Those that say little need not.
              else if (!(await add([whole], WEIGHT.synonym))) {
                const telling = words.filter((word) => !COMMON.has(word));
                if (telling.length > 1) await add(telling, WEIGHT.apart);
              }
            })());
          }
        }
      }
      await Promise.all(jobs);
    }

    /**
     * Answers a query: every document and lesson that fits, best first.
     *
     * `chosen` names values of facets, as lists by facet; `order` is "date" for the newest first.
     */
    async search(query, chosen = {}, order = "relevance") {
      await this.open();
      const slots = this.slots(query.length > 2000 ? query.slice(0, 2000) : query);
      const filtered = FACETS.some((facet) => chosen[facet]?.length);
      const facets = filtered ? await this.facets() : null;
      const answer = { query, slots, hits: [], partial: false, sorted: Infinity, missing: [], corrected: null, marks: new Map() };
      if (!slots.length) {
        if (filtered) {
          const only = this.admits(facets, chosen);
          for (let document = this.documents - 1; document >= 0; document -= 1) {
            if (only.lessons) continue;
            if (only.document(document)) answer.hits.push({ document, lesson: -1, score: 0 });
          }
          if (only.lessons) answer.hits = this.everyLesson(facets, only);
        }
        return answer;
      }
      await this.fill(slots, answer);
      await this.combine(slots, answer);
      answer.all = answer.hits;
      if (filtered) {
        const only = this.admits(facets, chosen);
        answer.hits = answer.hits.filter((hit) => only.hit(hit));
        answer.sorted = 0;
      }
      if (order === "date") answer.sorted = Infinity;
      else if (filtered) sortUpTo(answer, TOP);
      if (order === "date") answer.hits = [...answer.hits].sort((a, b) => b.document - a.document || a.lesson - b.lesson);
      return answer;
    }

    /**
     * Finds the terms that words of a query are when they are joined: `data loss` also asks for `data-loss`, which is
     * what authors write in front matter, and what the index calls a phrase of the synonyms. Looks only where the first of
     * the words stands, which is loaded anyway unless that word says little.
     */
    async joined(slots) {
      const found = [];
      for (let from = 0; from + 1 < slots.length; from += 1) {
        if (!isPlain(slots[from])) continue;
        const known = slots[from].required;
        const place = this.placeOf(slots[from].word);
        for (let until = from + 2; until <= Math.min(slots.length, from + 4) && isPlain(slots[until - 1]); until += 1) {
          const words = slots.slice(from, until);
          if (!words.some((slot) => slot.required) || !(known || this.synonyms.has(words.map((slot) => slot.word).join(" ")))) continue;
          for (const joint of until === from + 2 ? "-_." : "-") {
            const term = words.map((slot) => slot.word).join(joint);
            if (this.placeOf(term) !== place) continue;
            const one = await this.find(term);
            if (one) found.push({ ...one, slot: words.find((slot) => slot.required) });
          }
        }
      }
      return found;
    }

    /** Finds the terms of each slot. */
    async fill(slots, answer) {
      for (const slot of slots) slot.together = [];
      await Promise.all(slots.map(async (slot) => {
        slot.terms = [];
        if (!slot.required) return;
        // So short a beginning would load half the index: it is looked up in titles and services.
        const short = slot.begins && Array.from(slot.word).length <= 2;
        slot.terms = await this.terms(slot.word, slot.begins && !short);
        if (short) slot.short = await this.shortly(slot.word);
        // `crash-looping` may also be written `crash looping` or `crash-loop`; a number with joints is meant as it is.
        const own = slot.terms.reduce((sum, term) => sum + (term.weight >= WEIGHT.bent ? term.count : 0), 0);
        if (slot.parts.length && (own === 0 || (own < FEW && !/\d/.test(slot.word)))) {
          const parts = await Promise.all(slot.parts.map((part, at) => this.terms(part, slot.begins && at === slot.parts.length - 1)));
          if (parts.every((terms) => terms.length)) slot.parted = parts;
        }
        if (!slot.terms.length && slot.humps.length) {
          const terms = await Promise.all(slot.humps.map((hump) => this.find(hump)));
          if (terms.every((term) => term)) slot.together.push({ terms, weight: WEIGHT.parts });
        }
      }));
      await this.alike(slots);
      answer.joined = await this.joined(slots);
      const lost = slots.filter((slot) => slot.required && !slot.terms.length && !slot.together.length && !slot.short?.length && !slot.parted);
      for (const slot of lost) {
        const tries = slot.parts.length ? [slot.word, ...slot.parts] : [slot.word];
        let near = await this.near(slot.word, slot.begins);
        if (!near.length && slot.parts.length) {
          // One part of `us-esat-1` is wrong, the others are right.
          const parts = await Promise.all(slot.parts.map(async (part) => {
            const terms = await this.terms(part, false);
            if (terms.length) return terms;
            const nearest = await this.near(part, false);
            const found = await Promise.all(nearest.map(async (one) => ({ ...(await this.find(one.word)), weight: WEIGHT.typo[one.distance] })));
            return found.filter((term) => term.word);
          }));
          if (parts.every((terms) => terms.length)) slot.parted = parts;
        }
        for (const one of near) {
          const term = await this.find(one.word);
          if (term) slot.terms.push({ ...term, weight: one.open ? WEIGHT.typoBegins : WEIGHT.typo[one.distance] });
        }
        if (near.length) slot.meant = near[0].word;
        if (!slot.terms.length && !slot.parted) answer.missing.push(answer.query.slice(slot.start, slot.end) || tries[0]);
      }
      // Documents have typos too: a word that one of them has by mistake must not hide the word that was meant.
      for (const slot of slots) {
        const [own] = slot.terms;
        if (!slot.required || lost.includes(slot) || slot.terms.length !== 1 || own.word !== slot.word || own.count > 2 || slot.word.length < 6 || !/^[a-z]+$/.test(slot.word)) continue;
        for (const shard of await this.shards(slot.word, slot.word)) {
          shard.words.forEach((other, at) => {
            if (shard.postings[at].length > 4 && slips(slot.word, other, 1) === 1) {
              const term = this.term(shard, at);
              if (term.count > 2 * own.count) slot.terms.push({ ...term, weight: WEIGHT.typo[1] });
            }
          });
        }
      }
      if (slots.some((slot) => slot.meant)) {
        let text = "";
        let at = 0;
        for (const slot of slots.filter((slot) => slot.meant)) {
          text += answer.query.slice(at, slot.start) + slot.meant;
          at = slot.end;
        }
        answer.corrected = (text + answer.query.slice(at)).trim();
      }
    }

    /** Returns the documents whose titles or services have a word with such a beginning. */
    async shortly(word) {
      const data = await this.load(this.root.short);
      data.words ??= wordsOf(data[0]);
      data.lists ??= data[1].split("!");
      const at = rank(data.words, word);
      return data.words[at] === word ? rising(data.lists[at]) : [];
    }

    idf(count) {
      return Math.log(1 + (this.documents - count + 0.5) / (count + 0.5));
    }

    /** Adds up what the slots say of each document and lesson. */
    async combine(slots, answer) {
      const total = this.documents;
      let until = now() + TURN;
      const breathe = async () => {
        if (now() < until) return;
        await turn();
        until = now() + TURN;
      };
      const wanted = slots.filter((slot) => slot.required && (slot.terms.length || slot.together.length || slot.short?.length || slot.parted));
      // What stands nearly everywhere is loaded only where nothing rarer is asked for.
      const isRare = (slot) => slot.needed && !slot.terms.some((term) => term.long && term.weight >= WEIGHT.bent);
      const someRare = wanted.some(isRare);
      const used = wanted.filter((slot) => !someRare || !slot.terms.some((term) => term.long && term.weight >= WEIGHT.bent));
      for (const slot of used) {
        await Promise.all([...slot.terms, ...slot.together.flatMap((one) => one.terms), ...(slot.parted ?? []).flat()].map(async (term) => {
          if (term.long && (!someRare || slot.terms.includes(term))) term.text ??= await this.load(term.long);
        }));
      }
      until = now() + TURN;

      const need = used.filter((slot) => slot.needed).length;
      // Queries that run at the same time each have their own.
      const sums = this.sums ?? new Sums(total, this.root.lessons);
      this.sums = null;
      let all = 0;
      for (const slot of used) {
        const own = slot.terms.filter((term) => term.weight >= WEIGHT.bent);
        const counted = (terms) => terms.reduce((sum, term) => sum + term.count, 0);
        // Whoever writes `crash looping` for `crash-looping` means the same, so the joint does not make the word rare.
        const concept = counted(own) + (slot.parted ? Math.min(...slot.parted.map(counted)) : 0);
        const ceiling = own.length ? this.idf(Math.min(concept, total)) : Infinity;
        let most = 0;
        for (const term of slot.terms) {
          if (!term.text) continue;
          const own = Math.min(this.idf(term.count), ceiling);
          const idf = term.weight * own;
          if (idf > most) most = idf;
          sums.raise(this.postings(term), idf);
          answer.marks.set(term.word, slot);
          await breathe();
        }
        for (const { terms, weight } of slot.together) {
          if (terms.some((term) => !term.text)) continue;
          const least = Math.min(...terms.map((term) => term.count));
          const idf = weight * Math.min(this.idf(least), ceiling);
          if (idf > most) most = idf;
          if (terms.length === 1) sums.raise(this.postings(terms[0]), idf);
          else sums.raiseAll(this.together(terms.map((term) => [{ ...term, weight: 1 }])), idf);
          for (const term of terms) answer.marks.set(term.word, slot);
          await breathe();
        }
        if (slot.parted) {
          // Of `retry_queue`, which no document has, the parts count where they stand together.
          const rarest = Math.min(ceiling, Math.max(...slot.parted.map((terms) => Math.max(...terms.map((term) => term.weight * this.idf(term.count))))));
          if (rarest > most) most = WEIGHT.parts * rarest;
          sums.raiseAll(this.together(slot.parted), WEIGHT.parts * rarest);
          for (const term of slot.parted.flat()) answer.marks.set(term.word, slot);
          await breathe();
        }
        for (const document of slot.short ?? []) {
          const points = 0.5 * this.idf(Math.max(slot.short.length, 1));
          if (points > most) most = points;
          sums.raiseOne(document, points);
        }
        const factor = EVERYDAY.has(slot.word) ? WEIGHT.everyday : 1;
        most *= factor;
        slot.worth = most;
        all += most;
        sums.add(factor, most, slot.needed);
        await breathe();
      }

      // Words that stand joined are worth something more; who lacks that lacks nothing.
      for (const term of answer.joined) {
        if (term.long && !term.text) {
          if (someRare) continue;
          term.text = await this.load(term.long);
        }
        const idf = WEIGHT.joined * this.idf(term.count);
        sums.addJoined(this.postings(term), idf);
        answer.marks.set(term.word, term.slot);
        await breathe();
      }

      // Those with all words; where they are few, also those with most of what the words are worth.
      answer.full = sums.full(need);
      answer.partial = answer.full < 1 || answer.missing.length > 0;
      const hits = [];
      for (let from = 0; from < total; from += SLICE) {
        sums.documentHits(hits, all, need, answer.full >= FEW, from, Math.min(from + SLICE, total));
        await breathe();
      }
      answer.documents = hits.length;
      const inLessons = [];
      for (let from = 0; from < this.lessonCount; from += SLICE) {
        sums.lessonHits(inLessons, all, this, from, Math.min(from + SLICE, this.lessonCount));
        await breathe();
      }
      sums.clear();
      this.sums = sums;
      lessen(inLessons, total);
      for (const hit of inLessons) hits.push(hit);
      await breathe();
      answer.hits = bestFirst(hits, TOP);
      answer.sorted = Math.min(hits.length, TOP);
    }

    /**
     * Returns where one of each list of terms stands: the sum of their levels by document, and by lesson how many lists it
     * answers one after the other. Of the terms of a list the one with the highest level in a document counts.
     */
    together(lists) {
      const levels = new Float64Array(this.documents);
      const lessons = new Uint8Array(this.root.lessons);
      lists.forEach((terms, before) => {
        const all = terms.filter((term) => term.text).map((term) => ({ ...this.postings(term), weight: term.weight }));
        const level = new Float64Array(this.documents);
        const whose = new Uint16Array(this.documents);
        all.forEach(({ documents, weight }, at) => {
          for (const one of documents) {
            const points = pointsOf(weight, one & 15);
            if (points <= level[one >>> 4]) continue;
            level[one >>> 4] = points;
            whose[one >>> 4] = at;
          }
        });
        for (let document = 0; document < this.documents; document += 1) {
          levels[document] = level[document] && (before === 0 || levels[document]) ? levels[document] + level[document] : 0;
        }
        all.forEach((one, at) => {
          for (const number of one.lessons) {
            const lesson = number >>> 2;
            if (whose[this.lessonDocument[lesson]] === at && lessons[lesson] === before) lessons[lesson] += 1;
          }
        });
      });
      return { levels, lessons, lists: lists.length };
    }

    // ---- Facets.

    /** Loads what results are filtered by. */
    async facets() {
      await this.open();
      const data = await this.load(this.root.facets);
      if (this.parsed) return this.parsed;
      const parsed = {};
      let until = now() + TURN;
      for (const facet of FACETS) {
        parsed[facet] = [];
        for (const [value, postings, level] of data[facet] ?? []) {
          const one = { value, label: value };
          if (facet === "severity" && level < 255) {
            one.value = String(level);
            one.level = level;
          }
          if (facet === "category") {
            one.lessons = this.unpack(postings).lessons.map((lesson) => lesson >>> 2);
          } else {
            one.documents = rising(postings);
          }
          parsed[facet].push(one);
          if (now() > until) {
            await turn();
            until = now() + TURN;
          }
        }
      }
      parsed.kind.push({ value: "lesson", label: "lesson", isLesson: true });
      this.parsed = parsed;
      return parsed;
    }

    /** Returns the tests that a choice puts hits to; `except` leaves one facet out. */
    admits(facets, chosen, except) {
      const masks = [];
      let category = null;
      let kinds = null;
      for (const facet of FACETS) {
        const wanted = new Set((facet === except ? [] : chosen[facet] ?? []).map((value) => value.toLowerCase()));
        if (!wanted.size) continue;
        const values = facets[facet].filter((one) => wanted.has(one.value.toLowerCase()));
        if (facet === "category") {
          category = new Uint8Array(this.root.lessons);
          for (const one of values) for (const lesson of one.lessons) category[lesson] = 1;
          continue;
        }
        const mask = new Uint8Array(this.documents);
        for (const one of values) for (const document of one.documents ?? []) mask[document] = 1;
        if (facet === "kind") kinds = { mask, lesson: wanted.has("lesson") };
        else masks.push(mask);
      }
      const inAll = (document) => masks.every((mask) => mask[document]);
      const document = (number) => !category && inAll(number) && (!kinds || kinds.mask[number] === 1);
      const lesson = (number, place) => inAll(number) && (!kinds || kinds.lesson) && (!category || category[this.lessonNumber(number, place)] === 1);
      return {
        lessons: Boolean(category) || Boolean(kinds?.lesson && !kinds.mask.includes(1)),
        document,
        lesson,
        hit: (hit) => (hit.lesson < 0 ? document(hit.document) : lesson(hit.document, hit.lesson)),
      };
    }

    everyLesson(facets, only) {
      const hits = [];
      for (const one of facets.category) {
        for (const lesson of one.lessons) {
          const hit = { document: this.lessonDocument[lesson], lesson: this.lessonPlace[lesson], score: 0 };
          if (only.hit(hit)) hits.push(hit);
        }
      }
      return hits.sort((a, b) => b.document - a.document || a.lesson - b.lesson);
    }

    /** Returns how many hits each value of each facet would leave. */
    async counts(answer, chosen) {
      const facets = await this.facets();
      const counts = {};
      const browsing = !answer.slots.length;
      for (const facet of FACETS) {
        const only = this.admits(facets, chosen, facet);
        const perDocument = new Uint32Array(this.documents);
        const lessons = new Uint8Array(this.root.lessons);
        const take = (hit) => { lessons[this.lessonNumber(hit.document, hit.lesson)] = 1; };
        if (browsing) {
          for (let document = 0; document < this.documents; document += 1) if (only.document(document)) perDocument[document] = 1;
          if (facet === "kind" || facet === "category" || only.lessons) this.everyLesson(facets, only).forEach(take);
        } else {
          for (const hit of answer.all) {
            if (!only.hit(hit)) continue;
            if (hit.lesson >= 0) take(hit);
            else perDocument[hit.document] += 1;
          }
        }
        // Lessons count with their documents, except among kinds, where they are one of their own.
        const both = perDocument.slice();
        if (facet !== "kind" && (!browsing || only.lessons)) for (let lesson = 0; lesson < this.lessonCount; lesson += 1) both[this.lessonDocument[lesson]] += lessons[lesson];
        counts[facet] = facets[facet].map((one) => {
          let count = 0;
          if (one.isLesson) for (const counted of lessons) count += counted;
          else if (one.lessons) for (const lesson of one.lessons) count += lessons[lesson];
          else for (const document of one.documents) count += both[document];
          return { ...one, count };
        });
        await turn();
      }
      return counts;
    }

    // ---- What results show.

    /** Returns the record of a document. */
    async record(document) {
      const place = Math.floor(document / this.root.block);
      const [block, lessons] = await this.piece("r", this.root.records, place);
      const [title, url, kind, date, iso, source, severity, level, services, summary, text] = block[document % this.root.block];
      return { title, url, kind, date, iso, source, severity, level, services, summary, text, lessons: lessons && `l${place}-${lessons}`, at: document % this.root.block };
    }

    /** Returns hits with their records, those of a page in the order that nearness of the words gives them. */
    async page(answer, from, count, order) {
      sortUpTo(answer, from + count);
      const hits = answer.hits.slice(from, from + count);
      const shown = await Promise.all(hits.map(async (hit) => {
        const record = await this.record(hit.document);
        const lesson = hit.lesson < 0 ? null : (await this.lessons(record))[hit.lesson];
        if (hit.lesson >= 0 && !lesson) throw new Unavailable("A piece of the search index does not fit the others.");
        return { ...hit, record, lesson: lesson && { text: lesson[0], category: lesson[1], link: lesson[2] }, place: hit.lesson };
      }));
      // The script that came last would else take on all that follows, its own work and the showing of the results.
      await turn();
      if (order === "date" || answer.slots.length === 0) return shown;
      for (const one of shown) one.score *= this.nearness(one.lesson ? one.lesson.text : one.record.title, answer);
      return shown.sort((a, b) => b.score - a.score || b.document - a.document || a.place - b.place);
    }

    /** Returns more than 1 where words of the query stand side by side in a title or a lesson. */
    nearness(text, answer) {
      const slots = answer.slots.filter((slot) => slot.required);
      if (slots.length < 2) return 1;
      const order = chunks(text).map((chunk) => markOf(chunk.text, answer)).map((slot) => (slot ? slots.indexOf(slot) : -1));
      const pairs = new Set();
      order.forEach((slot, at) => { if (slot >= 0 && slot < slots.length - 1 && order.slice(at + 1, at + 3).includes(slot + 1)) pairs.add(slot); });
      return 1 + (0.5 * pairs.size) / (slots.length - 1);
    }

    /** Returns the passages of a document. */
    async passages(record) {
      return record.text ? this.load(`x-${record.text}`) : [];
    }

    /** Returns the lessons of a document. */
    async lessons(record) {
      return record.lessons ? (await this.load(record.lessons))[record.at] : [];
    }

    /** Returns the stretch of a document that says most of the query: its passage, and its text with marks. */
    async context(record, answer, words = 32) {
      const passages = await this.passages(record);
      let best = { points: 0 };
      await turn();
      let until = now() + TURN;
      const breathe = async () => {
        if (now() < until) return;
        await turn();
        until = now() + TURN;
      };
      for (const [anchor, heading, text] of passages) {
        const found = chunks(text);
        const marks = [];
        for (let at = 0; at < found.length; at += 1) {
          const slot = markOf(found[at].text, answer);
          if (slot) marks.push({ at, slot });
          if ((at & 127) === 127) await breathe();
        }
        const inHeading = new Set(chunks(heading).map((chunk) => markOf(chunk.text, answer)).filter(Boolean));
        for (let first = 0; first < marks.length; first += 1) {
          const slots = new Map();
          let last = first;
          for (let next = first; next < marks.length && marks[next].at - marks[first].at < words - 6; next += 1) {
            slots.set(marks[next].slot, (slots.get(marks[next].slot) ?? 0) + 1);
            last = next;
          }
          let points = 0;
          for (const [slot, count] of slots) points += (slot.required ? slot.worth || 1 : 0.1) * (1 + 0.1 * Math.min(count - 1, 3));
          for (const slot of inHeading) if (!slots.has(slot)) points += 0.3 * (slot.worth || 1);
          if (points > best.points) best = { points, anchor, heading, text, found, from: marks[first].at, to: marks[last].at };
        }
        await breathe();
      }
      if (!best.points) return null;
      const spare = Math.max(0, words - (best.to - best.from + 1));
      const from = Math.max(0, best.from - Math.min(6, spare));
      const to = Math.min(best.found.length - 1, from + words - 1);
      const start = from === 0 ? 0 : best.found[from].start;
      const end = to === best.found.length - 1 ? best.text.length : best.found[to].end;
      const text = (from === 0 ? "" : "… ") + best.text.slice(start, end).replace(/\s+/g, " ") + (end === best.text.length ? "" : " …");
      return { anchor: best.anchor, heading: best.heading, text };
    }
  }

  const sizeOf = ({ documents, lessons }) => documents.length + lessons.length + KEPT_TERM;
  const pointsOf = (idf, level) => (idf * (level + 1)) / 16;
  const lessonPointsOf = (idf, level) => idf * (0.5 + 0.1 * level);

  /**
   * What the words of a query say of all documents, and of all lessons by their numbers. All that a query does to each of
   * them stands here, in short functions without a wait, which browsers make fast code of. It is a megabyte for ten thousand
   * documents, so one query hands it to the next.
   */
  class Sums {
    constructor(documents, lessons) {
      this.score = new Float32Array(documents);
      this.worth = new Float32Array(documents); // What the words that a document has are worth.
      this.met = new Uint8Array(documents);
      this.passes = new Uint8Array(documents);
      this.best = new Float32Array(documents); // Of the word that is looked at.
      this.lessonScore = new Float64Array(lessons);
      this.lessonWorth = new Float64Array(lessons);
      this.lessonBest = new Float64Array(lessons);
    }

    clear() {
      for (const sums of Object.values(this)) sums.fill(0);
    }

    /** Sees to it that a document has at least such points from the present word. */
    raiseOne(document, points) {
      if (points > this.best[document]) this.best[document] = points;
    }

    /** Does so for all that a term stands in. */
    raise({ documents, lessons }, idf) {
      const { best, lessonBest } = this;
      for (let at = 0; at < documents.length; at += 1) {
        const document = documents[at] >>> 4;
        const points = pointsOf(idf, documents[at] & 15);
        if (points > best[document]) best[document] = points;
      }
      for (let at = 0; at < lessons.length; at += 1) {
        const lesson = lessons[at] >>> 2;
        const points = lessonPointsOf(idf, lessons[at] & 3);
        if (points > lessonBest[lesson]) lessonBest[lesson] = points;
      }
    }

    /** Does so for all in which one of each list of terms stands; the mean of their levels counts. */
    raiseAll({ levels, lessons, lists }, idf) {
      levels.forEach((level, document) => { if (level) this.raiseOne(document, idf * (level / lists)); });
      const points = lessonPointsOf(idf, 1);
      lessons.forEach((count, lesson) => { if (count === lists && points > this.lessonBest[lesson]) this.lessonBest[lesson] = points; });
    }

    /** Adds the points of the present word, which is worth `most`, and goes on to the next one. */
    add(factor, most, needed) {
      const { score, worth, met, best, lessonScore, lessonWorth, lessonBest } = this;
      for (let document = 0; document < best.length; document += 1) {
        if (!best[document]) continue;
        score[document] += factor * best[document];
        worth[document] += most;
        if (needed) met[document] += 1;
      }
      for (let lesson = 0; lesson < lessonBest.length; lesson += 1) {
        if (!lessonBest[lesson]) continue;
        lessonScore[lesson] += factor * lessonBest[lesson];
        lessonWorth[lesson] += most;
      }
      best.fill(0);
      lessonBest.fill(0);
    }

    /** Adds the points of a term to what has some already or is a document. */
    addJoined({ documents, lessons }, idf) {
      for (const one of documents) this.score[one >>> 4] += pointsOf(idf, one & 15);
      for (const one of lessons) if (this.lessonWorth[one >>> 2]) this.lessonScore[one >>> 2] += lessonPointsOf(idf, one & 3);
    }

    /** Returns how many documents have all words that are needed. */
    full(need) {
      let count = 0;
      if (need) for (let document = 0; document < this.met.length; document += 1) if (this.met[document] === need) count += 1;
      return count;
    }

    /** The newest document gets a little more than the oldest. */
    newer(document) {
      return 1 + (0.04 * (document + 1)) / this.score.length;
    }

    /** Adds the documents that are an answer: those with all words, or else with a fifth of what `all` words are worth. */
    documentHits(hits, all, need, strict, from, to) {
      const { score, worth, met, passes } = this;
      for (let document = from; document < to; document += 1) {
        if (!(score[document] > 0 && (need === 0 || (strict ? met[document] === need : worth[document] >= 0.2 * all)))) continue;
        passes[document] = 1;
        const share = all ? worth[document] / all : 1;
        hits.push({ document, lesson: -1, score: score[document] * Math.sqrt(share) * this.newer(document) });
      }
    }

    /** Adds the lessons of these documents that have most of the words themselves. */
    lessonHits(hits, all, { lessonDocument, lessonPlace }, from, to) {
      const { score, passes, lessonScore, lessonWorth } = this;
      for (let lesson = from; lesson < to; lesson += 1) {
        const has = lessonWorth[lesson];
        const document = lessonDocument[lesson];
        if (has === 0 || has < 0.6 * all || !passes[document]) continue;
        const share = has / all;
        // What the lesson does not say, its document does, for a little.
        const value = lessonScore[lesson] * Math.sqrt(share) + 0.3 * (1 - share) * score[document];
        hits.push({ document, lesson: lessonPlace[lesson], score: value * this.newer(document) });
      }
    }
  }

  /** Lowers the scores of lessons of one document, which should not fill a page: each further one counts a little less. */
  function lessen(hits, documents) {
    const last = new Int32Array(documents).fill(-1); // By document: where its last one stands.
    const before = new Int32Array(hits.length); // By hit: where the one before of the same document stands.
    hits.forEach(({ document }, at) => {
      before[at] = last[document];
      last[document] = at;
    });
    hits.forEach(({ document }, at) => {
      if (last[document] !== at || before[at] < 0) return;
      const some = [];
      for (let one = at; one >= 0; one = before[one]) some.push(hits[one]);
      some.sort(byScore).forEach((hit, better) => { hit.score *= 0.75 ** better; });
    });
  }

  const byScore = (a, b) => b.score - a.score || b.document - a.document || a.lesson - b.lesson;

  /** Returns hits of which at least the first `count` are the best, in their order. To sort all of them takes long, and few are looked at. */
  function bestFirst(hits, count) {
    if (hits.length <= 4 * count) return hits.sort(byScore);
    const least = leastOfBest(hits, count);
    const best = [];
    const rest = [];
    for (const hit of hits) (hit.score >= least ? best : rest).push(hit);
    return best.sort(byScore).concat(rest);
  }

  /** Returns the least score among the `count` best hits: the top of a heap of those that were best so far. */
  function leastOfBest(hits, count) {
    const heap = new Float64Array(count).fill(-Infinity);
    for (const { score } of hits) {
      if (score <= heap[0]) continue;
      let at = 0;
      for (;;) {
        let below = 2 * at + 1;
        if (below + 1 < count && heap[below + 1] < heap[below]) below += 1;
        if (below >= count || heap[below] >= score) break;
        heap[at] = heap[below];
        at = below;
      }
      heap[at] = score;
    }
    return heap[0];
  }

  /** Sees to it that the first `count` hits of an answer are the best ones. */
  function sortUpTo(answer, count) {
    if (Math.min(count, answer.hits.length) <= answer.sorted) return;
    answer.sorted = Math.max(count, TOP);
    answer.hits = bestFirst(answer.hits, answer.sorted);
  }

  /** Whether a slot is a single word as it was typed. */
  const isPlain = (slot) => !slot.parts.length && !IS_DENSE.test(slot.word);

  /** Returns the slot that a word of a text answers, if it answers one. */
  function markOf(text, answer) {
    const shorts = (answer.shorts ??= answer.slots.filter((slot) => slot.short));
    // Nearly all words of a text are plain ones, and all words of the results in view pass here.
    if (PLAIN.test(text)) {
      const word = text.toLowerCase();
      const slot = answer.marks.get(word);
      if (slot?.required) return slot;
      return (shorts.length && shorts.find((one) => word.startsWith(one.word))) || slot || null;
    }
    const found = taken(text);
    let weak = null;
    for (const word of [...found.whole, ...found.words.flatMap((one) => [one.word, ...one.humps])]) {
      const slot = answer.marks.get(word);
      if (slot?.required) return slot;
      weak ??= slot;
      const short = shorts.find((one) => word.startsWith(one.word));
      if (short) return short;
    }
    return weak ?? null;
  }

  /** A word that is a term as it stands, but for the case of its first letter. */
  const PLAIN = /^[A-Za-z]?[a-z0-9]{0,63}$/;

  /** Returns text in pieces, of which some are to be marked. */
  function marked(text, answer) {
    const pieces = [];
    let at = 0;
    for (const chunk of chunks(text)) {
      const slot = markOf(chunk.text, answer);
      if (!slot?.required) continue;
      if (chunk.start > at) pieces.push({ text: text.slice(at, chunk.start), mark: false });
      pieces.push({ text: text.slice(chunk.start, chunk.end), mark: true });
      at = chunk.end;
    }
    if (at < text.length) pieces.push({ text: text.slice(at), mark: false });
    return pieces;
  }

  globalThis.AfterwordSearch = { VERSION, FACETS, Index, Unavailable, chunks, fold, kinship, marked, slips, tokens };

  // ---- Everything below needs a page.

  if (typeof document === "undefined") return;

  const make = (name, properties, ...children) => {
    const { role, data, aria, ...rest } = properties ?? {};
    const element = Object.assign(document.createElement(name), rest);
    if (role) element.setAttribute("role", role);
    for (const [key, value] of Object.entries(aria ?? {})) element.setAttribute(`aria-${key}`, value);
    element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
    return element;
  };

  /** Waits until what was changed stands on the screen. */
  const frame = () => new Promise((done) => { requestAnimationFrame(() => setTimeout(done)); });

  // The words of another language come with words.js; `{name}` stands where a value belongs.
  const say = (words, values = {}) => {
    const text = globalThis.afterwordWords?.[words] ?? words;
    return Object.entries(values).reduce((said, [name, value]) => said.replace(`{${name}}`, () => value), text);
  };
  let written;
  const numeral = (count) => (written ??= new Intl.NumberFormat(document.documentElement.lang || "en")).format(count);
  const one = (count, single, several) => (count === 1 ? single : several).replace("{n}", () => numeral(count));
  const saidDocuments = (count) => one(count, say("{n} document"), say("{n} documents"));
  const saidLessons = (count) => one(count, say("{n} lesson"), say("{n} lessons"));

  // A piece of the index is a script that hands over its data by name.
  const waiting = new Map();
  globalThis.afterwordSearch = (name, data) => { waiting.get(name)?.(data); };

  function fetcher(folder) {
    return (name) => new Promise((done, failed) => {
      const script = document.createElement("script");
      const fail = () => {
        waiting.delete(name);
        script.remove();
        failed(new Unavailable("A piece of the search index is missing or cut short."));
      };
      waiting.set(name, (data) => {
        waiting.delete(name);
        done(data);
      });
      // What ran and handed nothing over was no piece of this index.
      script.addEventListener("load", () => (waiting.has(name) ? fail() : script.remove()));
      script.addEventListener("error", fail);
      script.src = `${folder}${name}.js`;
      document.head.append(script);
    });
  }

  const CATEGORIES = { lesson: say("Lesson"), "went-well": say("Went well"), "went-wrong": say("Went wrong"), lucky: say("Got lucky") };
  const KINDS = { incident: say("Incident"), postmortem: say("Postmortem"), article: say("Article"), page: say("Page"), lesson: say("Lesson") };
  const TITLES = { kind: say("Kind"), service: say("Service"), severity: say("Severity"), factor: say("Contributing factor"), tag: say("Tag"), year: say("Year"), category: say("Category of lesson") };

  let shared;

  /** Returns the index of the site that a form searches, and the top of the site. */
  function siteOf(form) {
    const page = new URL(form.action, location.href);
    shared ??= new Index(fetcher(new URL("data/", page).href));
    const top = new URL("../", page);
    return { index: shared, page, top };
  }

  /** Returns text as nodes, the words that were asked for marked. */
  function nodes(text, answer) {
    return answer?.slots.length ? marked(text, answer).map((piece) => (piece.mark ? make("mark", { textContent: piece.text }) : piece.text)) : [text];
  }

  /** Returns the address of a hit. */
  function addressOf(hit, top, anchor) {
    const own = new URL(hit.record.url, top);
    if (hit.lesson) return (hit.lesson.link.startsWith("#") ? new URL(hit.lesson.link, own) : new URL(hit.lesson.link, top)).href;
    if (anchor) own.hash = anchor;
    return own.href;
  }

  /** Returns the short facts of a hit. */
  function factsOf(hit) {
    const { record } = hit;
    const facts = [];
    if (record.severity) facts.push(make("span", { className: `severity${record.level ? ` severity-${record.level}` : ""}` }, make("span", { className: "hidden", textContent: say("Severity: ") }), record.severity));
    if (!hit.lesson && record.kind !== "incident") facts.push(KINDS[record.kind] ?? record.kind);
    if (record.services.length) facts.push(record.services.join(", "));
    return facts;
  }

  function dateOf(record) {
    if (!record.date) return make("span", { className: "undated", textContent: say("Undated") });
    return make("time", record.source ? { dateTime: record.iso, className: "inferred", title: say("Not stated as such: read from the {source}", { source: record.source }), textContent: record.date } : { dateTime: record.iso, textContent: record.date });
  }

  /** Says what an answer is, for eyes and ears. */
  function tally(answer) {
    if (!answer.hits.length) return say("Nothing found");
    const lessons = answer.hits.filter((hit) => hit.lesson >= 0).length;
    const documents = answer.hits.length - lessons;
    return [documents ? saidDocuments(documents) : "", lessons ? saidLessons(lessons) : ""].filter(Boolean).join(say(" and "));
  }

  /** Returns what a reader should know of how an answer came about. */
  function remarks(answer, follow) {
    const out = [];
    if (answer.corrected) {
      out.push(make("p", { className: "remark" }, say("Nothing has this spelling. Results are those for "),
        follow ? follow(answer.corrected) : make("strong", { textContent: answer.corrected }), "."));
    }
    if (answer.missing.length) out.push(make("p", { className: "remark" }, say("Nothing has "), ...answer.missing.slice(0, 5).flatMap((word, at) => [at ? ", " : "", make("strong", { textContent: word.slice(0, 80) })]), "."));
    if (answer.partial && answer.hits.length && answer.slots.filter((slot) => slot.required).length > 1 && (!answer.missing.length || answer.hits.length)) {
      out.push(make("p", { className: "remark", textContent: answer.missing.length ? say("These have the other words, or most of them.") : say("No document has all of these words. These have most of them.") }));
    }
    else if (answer.full > 0 && answer.full < FEW && answer.hits.length > answer.full && !answer.partial) {
      const have = answer.full === 1 ? say("One document has all of these words; the others have some of them.")
        : say("{n} documents have all of these words; the others have some of them.", { n: answer.full });
      if (answer.documents > answer.full) out.push(make("p", { className: "remark", textContent: have }));
    }
    return out;
  }

  /** Loads what every answer needs. To learn how numbers are written takes a browser as long as an answer, so it does that before. */
  const prepared = (index) => index.open().then(turn).then(() => numeral(0)).catch(() => {});

  const FAILED = say("The search does not work here: ");
  const why = (error) => (error instanceof Unavailable ? say(error.message) : "something went wrong in its script.");

  // ---- The box of every page: a combobox over a list of results.

  const SHOWN = 8;

  function box(form) {
    const input = form.querySelector("input[type=search]");
    const { index, page, top } = siteOf(form);
    const list = make("ul", { id: "aw-search-results", className: "search-options", role: "listbox", aria: { label: say("Results") } });
    const note = make("div", { className: "search-note" });
    const panel = make("div", { className: "search-panel", hidden: true }, note, list);
    const said = make("p", { className: "hidden", role: "status" });
    form.append(panel, said);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");
    let active = -1;
    let asked = 0;
    let timer;
    const options = () => [...list.children];

    const close = () => {
      panel.hidden = true;
      input.setAttribute("aria-expanded", "false");
      select(-1);
    };
    const open = () => {
      panel.hidden = false;
      input.setAttribute("aria-expanded", String(list.children.length > 0));
      list.hidden = list.children.length === 0;
    };
    function select(at) {
      const all = options();
      all[active]?.setAttribute("aria-selected", "false");
      active = at < 0 ? -1 : Math.min(at, all.length - 1);
      if (active < 0) input.removeAttribute("aria-activedescendant");
      else {
        all[active].setAttribute("aria-selected", "true");
        all[active].scrollIntoView({ block: "nearest" });
        input.setAttribute("aria-activedescendant", all[active].id);
      }
    }
    const go = (option, event) => {
      if (event?.ctrlKey || event?.metaKey) window.open(option.dataset.address, "_blank", "noopener");
      else location.href = option.dataset.address;
    };
    const searchPage = () => {
      const address = new URL(page);
      address.search = new URLSearchParams({ q: input.value.trim() });
      return address.href;
    };

    const show = async () => {
      const query = input.value;
      const mine = ++asked;
      if (!query.trim()) {
        list.replaceChildren();
        list.removeAttribute("aria-busy");
        said.textContent = "";
        close();
        return;
      }
      try {
        const answer = await index.search(query);
        const hits = await index.page(answer, 0, SHOWN);
        if (mine !== asked) return;
        const rows = hits.map((hit, at) => {
          const context = make("span", { className: "option-context" });
          const facts = make("span", { className: "option-facts" });
          facts.append(hit.lesson ? make("span", { className: "option-kind", textContent: CATEGORIES[hit.lesson.category] ?? say("Lesson") }) : "", dateOf(hit.record), ...factsOf(hit).map((fact) => (typeof fact === "string" ? make("span", { textContent: fact }) : fact)));
          if (hit.lesson) context.append(hit.record.title);
          const row = make("li", { id: `aw-option-${at}`, role: "option", aria: { selected: "false" } },
            make("span", { className: "option-title" }, ...nodes(hit.lesson ? hit.lesson.text : hit.record.title, answer)), facts, context);
          row.dataset.address = addressOf(hit, top);
          // The address gets an anchor once the context is there, so it does not say whether two rows are the same.
          row.dataset.hit = `${hit.document} ${hit.lesson ? hit.place : ""}`;
          return row;
        });
        if (answer.hits.length > 0) {
          const all = make("li", { id: "aw-option-all", className: "option-all", role: "option", aria: { selected: "false" }, textContent: answer.hits.length > hits.length ? say("All results: {count}", { count: tally(answer) }) : say("Open the page of search") });
          all.dataset.address = searchPage();
          rows.push(all);
        }
        // Whoever went down the list while this answer was on its way keeps the choice.
        const chosen = active < 0 ? null : options()[active].dataset.hit;
        list.replaceChildren(...rows);
        active = -1;
        select(chosen === null || rows.length === 0 ? -1 : Math.max(0, rows.findIndex((row) => row.dataset.hit === chosen)));
        list.removeAttribute("aria-busy");
        const empty = index.documents === 0 ? say("There is nothing here yet.") : say("Nothing found. The page of search and the lists may help.");
        note.replaceChildren(...remarks(answer), ...(hits.length ? [] : [make("p", { className: "remark", textContent: empty })]));
        said.textContent = tally(answer);
        if (document.activeElement === input) open();
        // The text around the words comes afterwards, for what is in view.
        for (const [at, hit] of hits.entries()) {
          if (hit.lesson) continue;
          const context = await index.context(hit.record, answer, 24).catch(() => null);
          if (mine !== asked) return;
          rows[at].querySelector(".option-context").replaceChildren(...(context ? nodes(context.text, answer) : [hit.record.summary]));
          if (context?.anchor) rows[at].dataset.address = addressOf(hit, top, context.anchor);
        }
      } catch (error) {
        if (mine !== asked) return;
        list.replaceChildren();
        select(-1);
        list.removeAttribute("aria-busy");
        note.replaceChildren(make("p", { className: "remark", textContent: `${FAILED}${why(error)} ${say("The lists still do.")}` }));
        said.textContent = note.textContent;
        open();
        if (!(error instanceof Unavailable)) throw error;
      }
    };

    input.addEventListener("input", () => {
      clearTimeout(timer);
      select(-1);
      list.setAttribute("aria-busy", "true");
      timer = setTimeout(show, 60);
    });
    input.addEventListener("focus", () => { if (input.value.trim()) show(); });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const all = options();
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (!all.length) return;
        event.preventDefault();
        if (panel.hidden) open();
        const down = event.key === "ArrowDown";
        select(down ? (active + 1 >= all.length ? 0 : active + 1) : active < 0 ? all.length - 1 : active - 1);
      } else if (event.key === "Enter" && active >= 0 && !panel.hidden) {
        event.preventDefault();
        go(all[active], event);
      } else if (event.key === "Escape") {
        event.preventDefault();
        if (panel.hidden) input.blur();
        else {
          // What is still on its way must not open the list again.
          clearTimeout(timer);
          asked++;
          close();
        }
      }
    });
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) go(option, event);
    });
    form.addEventListener("focusout", (event) => { if (!form.contains(event.relatedTarget)) close(); });
    if (document.activeElement === input) {
      prepared(index);
      if (input.value.trim()) show();
    } else {
      input.addEventListener("focus", () => prepared(index), { once: true });
    }
  }

  // ---- The page of search.

  const ROWS = 10;
  /** How many of them are put up first. */
  const SEEN = 5;
  const VALUES = 8;

  function searchPage(form) {
    const input = form.querySelector("input[type=search]");
    const { index, page, top } = siteOf(form);
    const root = document.getElementById("aw-search-page");
    const lists = document.getElementById("aw-search-lists");
    const without = lists.querySelector(".search-without");
    without.hidden = true;
    const said = make("p", { className: "search-count", role: "status" });
    const notes = make("div", { className: "search-notes" });
    // They come after the first answer; their place is kept, so that nothing moves then.
    const filters = make("details", { className: "search-filters waiting" });
    const summary = make("summary", { textContent: say("Filters") });
    const fields = make("div", { className: "search-fields" });
    filters.append(summary, fields);
    const order = make("select", { id: "aw-search-order" }, make("option", { value: "relevance", textContent: say("Best first") }), make("option", { value: "date", textContent: say("Newest first") }));
    const bar = make("div", { className: "search-bar", hidden: true }, said, make("label", { className: "search-order", htmlFor: order.id }, make("span", { textContent: say("Order ") }), order));
    const results = make("ol", { className: "rows search-results" });
    const more = make("button", { type: "button", className: "search-more", textContent: say("More results"), hidden: true });
    root.append(make("div", { className: "search-grid" }, filters, make("div", { className: "search-found" }, bar, notes, results, more)));
    let state = { query: "", chosen: {}, order: "relevance" };
    let answered;
    let asked = 0;
    let timer;
    let open = new Set();
    // Beside the results there is room for the filters; on a phone they open when asked for.
    const room = matchMedia("(min-width: 60rem)");
    const follow = () => { filters.open = room.matches; };
    room.addEventListener("change", follow);
    follow();

    const read = () => {
      const parameters = new URLSearchParams(location.search);
      const chosen = {};
      for (const facet of FACETS) {
        const values = [...new Set(parameters.getAll(facet).filter(Boolean))].slice(0, 50);
        if (values.length) chosen[facet] = values;
      }
      return { query: parameters.get("q") ?? "", chosen, order: parameters.get("sort") === "date" ? "date" : "relevance" };
    };
    const address = (next) => {
      const parameters = new URLSearchParams();
      if (next.query.trim()) parameters.set("q", next.query.trim());
      for (const facet of FACETS) for (const value of next.chosen[facet] ?? []) parameters.append(facet, value);
      if (next.order === "date") parameters.set("sort", "date");
      const text = parameters.toString();
      return location.pathname + (text ? `?${text}` : "");
    };
    const change = (part, remember) => {
      state = { ...state, ...part };
      try {
        if (remember) history.pushState(null, "", address(state));
        else history.replaceState(null, "", address(state));
      } catch (error) {
        // Some browsers refuse it for files; the search works without.
      }
      show();
    };

    const row = (hit, answer) => {
      const title = make("a", { href: addressOf(hit, top) }, ...nodes(hit.lesson ? hit.lesson.text : hit.record.title, answer));
      const context = make("p", { className: "row-summary" });
      const what = make("div", { className: "row-what" }, make("p", { className: "row-title" }, title), context);
      if (hit.lesson) context.append(say("From "), make("a", { href: new URL(hit.record.url, top).href, textContent: hit.record.title }));
      else context.append(hit.record.summary);
      const facts = factsOf(hit);
      if (hit.lesson) facts.unshift(make("span", { className: "category", textContent: CATEGORIES[hit.lesson.category] ?? say("Lesson") }));
      if (facts.length) what.append(make("ul", { className: "row-facts" }, ...facts.map((fact) => make("li", {}, fact))));
      return make("li", { className: `row${hit.lesson ? ` ${hit.lesson.category} found-lesson` : ""}` }, make("p", { className: "row-when" }, dateOf(hit.record)), what);
    };

    const append = async (answer, mine, anew) => {
      const hits = await index.page(answer, anew ? 0 : results.children.length, ROWS, state.order);
      if (mine !== asked) return;
      const all = hits.map((hit) => row(hit, answer));
      const rows = [...all];
      if (anew) results.replaceChildren(...rows.splice(0, SEEN));
      if (anew && rows.length) {
        // What is below the fold of most screens is laid out in a turn of its own.
        await frame();
        if (mine !== asked) return;
      }
      const first = anew ? null : rows[0];
      results.append(...rows);
      first?.querySelector("a").focus();
      more.hidden = results.children.length >= answer.hits.length;
      more.onclick = () => append(answer, mine).catch(broken(mine));
      if (!answer.slots.length) return;
      for (const [at, hit] of hits.entries()) {
        if (hit.lesson) continue;
        const context = await index.context(hit.record, answer).catch(() => null);
        if (mine !== asked) return;
        if (!context) continue;
        const text = all[at].querySelector(".row-summary");
        text.replaceChildren(...nodes(context.text, answer));
        if (context.heading) text.prepend(make("span", { className: "section-name" }, ...nodes(context.heading, answer)), " ");
        if (context.anchor) all[at].querySelector("a").href = addressOf(hit, top, context.anchor);
      }
    };

    // The group of each facet, with what it shows, for as long as it shows the same.
    const kept = new Map();

    const filter = async (answer, mine) => {
      const counts = await index.counts(answer, state.chosen);
      if (mine !== asked) return;
      const groups = [];
      let chosen = 0;
      const focused = document.activeElement?.closest?.(".search-fields") ? document.activeElement.id : "";
      for (const facet of FACETS) {
        const wanted = new Set((state.chosen[facet] ?? []).map((value) => value.toLowerCase()));
        chosen += wanted.size;
        let values = counts[facet].filter((value) => value.count > 0 || wanted.has(value.value.toLowerCase()));
        if (facet === "severity") values.sort((a, b) => (a.level ?? 9) - (b.level ?? 9) || b.count - a.count);
        else if (facet !== "year") values.sort((a, b) => b.count - a.count || compare(a.value, b.value));
        if (!values.length || (values.length === 1 && !wanted.size && facet !== "service")) continue;
        const all = open.has(facet) || values.length <= VALUES + 2;
        const shown = all ? values : values.filter((value, at) => at < VALUES || wanted.has(value.value.toLowerCase()));
        // To make and lay out a group again takes long, and while somebody types most only count something else.
        const names = JSON.stringify([all || values.length, shown.map((value) => value.value)]);
        let group = kept.get(facet);
        if (group?.names !== names) {
          group = fieldset(facet, shown, all ? 0 : values.length, (value) => counts[facet].findIndex((one) => one.value === value.value));
          group.names = names;
          kept.set(facet, group);
        }
        shown.forEach((value, at) => {
          const { input, count } = group.rows[at];
          input.checked = wanted.has(value.value.toLowerCase());
          const text = numeral(value.count);
          if (count.textContent !== text) count.textContent = text;
        });
        groups.push(group.element);
      }
      if (chosen) {
        const clear = make("button", { type: "button", className: "search-clear", textContent: say("Clear filters") });
        clear.addEventListener("click", () => { change({ chosen: {} }, true); input.focus(); });
        groups.unshift(clear);
      }
      summary.textContent = chosen ? say("Filters ({n})", { n: chosen }) : say("Filters");
      if (groups.length !== fields.children.length || groups.some((group, at) => group !== fields.children[at])) fields.replaceChildren(...groups);
      filters.hidden = groups.length === 0;
      filters.classList.remove("waiting");
      if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus();
    };

    /** Makes the group of a facet: a box for each value that is shown, and a button where there are more, `total` of them. */
    const fieldset = (facet, shown, total, numberOf) => {
      const element = make("fieldset", {}, make("legend", { textContent: TITLES[facet] }));
      const rows = shown.map((value) => {
        const input = make("input", { type: "checkbox", id: `aw-${facet}-${numberOf(value)}` });
        input.addEventListener("change", () => {
          const rest = (state.chosen[facet] ?? []).filter((other) => other.toLowerCase() !== value.value.toLowerCase());
          change({ chosen: { ...state.chosen, [facet]: input.checked ? [...rest, value.value] : rest } }, true);
        });
        const name = facet === "kind" ? KINDS[value.value] ?? value.label : facet === "category" ? CATEGORIES[value.value] ?? value.label
          : value.level === 5 ? say("Near miss") : value.level ? say("Severity {level}", { level: value.level }) : value.label;
        const count = make("span", { className: "count" });
        element.append(make("label", { htmlFor: input.id }, input, make("span", { className: "value-name", textContent: name }), " ", count));
        return { input, count };
      });
      if (total) {
        const button = make("button", { type: "button", className: "search-all", textContent: say("All {n}", { n: total }), aria: { label: say("Show all {n} of {title}", { n: total, title: TITLES[facet] }) } });
        button.addEventListener("click", () => {
          open.add(facet);
          filter(answered, asked).then(() => kept.get(facet)?.rows[0].input.focus());
        });
        element.append(button);
      }
      return { element, rows };
    };

    const broken = (mine) => (error) => {
      if (mine !== asked) return;
      results.replaceChildren();
      more.hidden = true;
      bar.hidden = false;
      bar.querySelector(".search-order").hidden = true;
      said.textContent = say("The search does not work here");
      notes.replaceChildren(make("p", { className: "remark", textContent: `${why(error)} ${say("The lists still lead everywhere.")}` }));
      filters.hidden = true;
      lists.hidden = false;
      if (!(error instanceof Unavailable)) throw error;
    };

    async function show() {
      const mine = ++asked;
      const { query, chosen } = state;
      const empty = !query.trim() && !FACETS.some((facet) => chosen[facet]?.length);
      try {
        await index.open();
        if (mine !== asked) return;
        if (index.documents === 0) {
          bar.hidden = false;
          bar.querySelector(".search-order").hidden = true;
          said.textContent = say("There is nothing here yet");
          notes.replaceChildren(make("p", { className: "remark", textContent: say("Once there is a document, it is found here.") }));
          results.replaceChildren();
          return;
        }
        const answer = await index.search(query, chosen, state.order);
        if (mine !== asked) return;
        lists.hidden = !empty;
        bar.hidden = false;
        bar.querySelector(".search-order").hidden = empty || answer.hits.length === 0 || !answer.slots.length;
        order.value = state.order;
        said.textContent = empty ? say("{documents} and {lessons} to search", { documents: saidDocuments(index.documents), lessons: saidLessons(index.root.lessons) }) : tally(answer);
        const link = (text) => {
          const other = make("a", { href: address({ ...state, query: text }), textContent: text });
          other.addEventListener("click", (event) => { event.preventDefault(); input.value = text; change({ query: text }, true); input.focus(); });
          return other;
        };
        notes.replaceChildren(...remarks(answer, link));
        if (!empty && !answer.hits.length) notes.append(make("p", { className: "remark", textContent: say("Fewer words or filters may find more, and the lists lead everywhere.") }));
        if (!empty && !answer.hits.length) lists.hidden = false;
        // The first results replace the old ones at once, so that nothing jumps while somebody types.
        if (empty || !answer.hits.length) {
          results.replaceChildren();
          more.hidden = true;
        } else {
          await append(answer, mine, true);
        }
        // Results and filters are each laid out in a turn of their own.
        await frame();
        if (mine !== asked) return;
        answered = answer;
        await filter(answer, mine);
      } catch (error) {
        broken(mine)(error);
      }
    }

    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => change({ query: input.value }), 80);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(timer);
      change({ query: input.value }, state.query !== input.value);
    });
    order.addEventListener("change", () => change({ order: order.value }, true));
    // Arrows lead from the box through the results and back.
    root.closest("main").addEventListener("keydown", (event) => {
      if (!["ArrowDown", "ArrowUp", "Escape"].includes(event.key) || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
      const links = [...results.querySelectorAll(".row-title a")];
      const at = links.indexOf(document.activeElement);
      if (document.activeElement !== input && at < 0) return;
      if (event.key === "Escape") {
        if (at >= 0) input.focus();
        else input.blur();
        return;
      }
      const next = event.key === "ArrowDown" ? at + 1 : at - 1;
      if (at < 0 && event.key === "ArrowUp") return;
      event.preventDefault();
      if (next < 0) input.focus();
      else links[Math.min(next, links.length - 1)]?.focus();
    });
    addEventListener("popstate", () => {
      state = read();
      input.value = state.query;
      show();
    });
    state = read();
    // What somebody typed before this script came counts more than the address.
    if (input.value && document.activeElement === input) state.query = input.value;
    else input.value = state.query;
    if (!state.query && room.matches && document.activeElement === document.body) input.focus();
    show();
  }

  for (const form of document.querySelectorAll(".search-box")) box(form);
  const form = document.getElementById("aw-search-form");
  if (form) searchPage(form);
})();

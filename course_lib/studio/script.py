"""A screenwriter: plain English sentences from a small grammar and a few hundred words."""

from __future__ import annotations

import random

WORDS = {
    "who": (
        "my brother|the old teacher|a young doctor|our neighbour|the king of the valley|"
        "every child|nobody in the room|the tall woman|a quiet man|your mother|"
        "the whole village|one of the judges|this farmer|the engineer|her best friend|"
        "a sailor from Europe|the second witness|Paul|Mary|Thomas|Olivia|George|"
        "Sophie|both of them|the new pilot|an angry crowd|the shepherd|that journalist"
    ),
    "what": (
        "a bottle of milk|the yellow boat|an open window|a pair of shoes|"
        "the broken mirror|some warm bread|a map of the north|the church bell|"
        "her photograph|a very small garden|two wooden chairs|the blue umbrella|"
        "a piece of paper|the morning paper|an unusual machine|a bowl of soup|"
        "the purple jacket|four thousand pounds|the last page|a box of matches|"
        "the measure of a poem|fresh orange juice|a huge balloon|the pump behind the barn|"
        "a puppy|the treasure map|an empty cup|five black sheep|the yoghurt|"
        "a brown rope|the voice of the people|a thick book about fish"
    ),
    "did": (
        "found|carried|opened|wanted|saw|remembered|bought|painted|hid|lost|washed|"
        "measured|described|pushed|forgot|loved|borrowed|sold|kept|threw away|"
        "mended|brought back|talked about|looked for|pointed at|laughed at|gave up|"
        "put down|judged|watched|chose|moved|preferred|enjoyed"
    ),
    "how": (
        "slowly|in a hurry|without a word|with both hands|very carefully|by mistake|"
        "as usual|for the first time|once more|with great pleasure|almost every day|"
        "all the same|in the usual way|quite happily|by the light of the moon|"
        "before anybody woke up|through the thick fog"
    ),
    "where": (
        "near the river|at the top of the hill|behind the theatre|on the beach|"
        "under the bridge|in the middle of town|across the road|beside the oven|"
        "above the clouds|next to the library|in the south of Wales|between the mountains|"
        "outside the museum|aboard the ship|at home|in the back of the garage"
    ),
    "when": (
        "Yesterday|On Thursday morning|Last July|Five years ago|Soon after breakfast|"
        "Late at night|In the beginning|At half past three|During the war|"
        "When the rain stopped|Before the meeting|Every summer|Just now|In other words|"
        "Long ago"
    ),
    "like": (
        "strange|simple|beautiful|heavy|rather cheap|too loud|impossible|"
        "smooth as butter|deep and cold|important|perfectly clear|worth a thousand words|"
        "not what it seems|safe enough|far too early|bright yellow|young at heart|"
        "full of holes|the same as before"
    ),
    "thing": (
        "The weather|Your answer|This question|The road to the harbour|Most of the food|"
        "A good joke|Their language|The price of bread|Music|The truth|Our journey|"
        "The wooden bridge|What they measured|The shape of the mouth|Being patient|"
        "Her opinion|The edge of the world|Half of the story"
    ),
    "must": "should|could|would|must not|may|will never|might|cannot|ought to|used to",
    "do": (
        "go home|think about it|leave the house|speak to the public|"
        "build a bigger bridge|help people|eat vegetables|jump over the fence|"
        "buy another ticket|hope for peace|sing in the bath|move the furniture|"
        "choose a job|read the whole paper|wash the cups|follow the footprints|"
        "ask for permission|play the violin|breathe deeply|put the money into the bank"
    ),
    "why": (
        "because it was raining|so that everybody could hear|although nobody believed it|"
        "since the shop was shut|until the judge arrived|if you ask me|"
        "while the soup got cold|as far as we know|whenever the bell rang|"
        "unless somebody pays|which made us laugh|before it was too late"
    ),
    "say": (
        "Good evening, ladies and gentlemen.|Thank you very much.|"
        "What do you mean by that?|I beg your pardon?|Maybe, maybe not.|Why should we?|"
        "Please give my best wishes to your family.|Oh, I see.|Of course!|"
        "Where have you been?|Well, that is how it goes.|How about a cup of tea?|"
        "Watch your step, please.|Nothing could be further from the truth.|Happy birthday!|"
        "Who knows?"
    ),
}
SHAPES = (
    "{when}, {who} {did} {what} {where}.",
    "{who} {did} {what} {why}.",
    "{thing} is {like}, {why}.",
    "{who} {must} {do} {how}.",
    "{when}, {what} was {like}.",
    "{say}",
    "{who} {did} {what} and {what} {how}.",
    "{thing} was {like}, but {who} {must} {do} {where}.",
    "Did {who} {do} {where}?",
    "There was {what} {where}, {like} and {like}.",
)


def script(sentences, seed=0):
    """So many English sentences, one after another -> list; the same seed, the same script."""
    if not isinstance(sentences, int) or sentences < 1:
        raise ValueError(f"script needs a whole number of sentences, 1 or more, not {sentences!r}.")
    dice, words = random.Random(seed), {k: v.split("|") for k, v in WORDS.items()}
    out = []
    for _ in range(sentences):
        text = dice.choice(SHAPES)
        for kind, choices in words.items():
            while "{" + kind + "}" in text:
                text = text.replace("{" + kind + "}", dice.choice(choices), 1)
        out.append(text[:1].upper() + text[1:])
    return out

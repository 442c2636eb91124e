"""Common words of eight languages, for an ear that is to hear more than English."""

from __future__ import annotations

import numpy as np

WORDS = {
    "de": """ich du wir sie mein deine unser Mutter Vater Bruder Schwester Freund Haus Garten
        Wasser Brot Milch Apfel Buch Bücher fünf sechs sieben acht neun zehn schön groß
        klein jung müde über unter zwischen möchte kaufen gehen sprechen hören öffnen
        bleiben Pferd Vogel Baum Blume Mond Sonne Himmel Abend Morgen Woche Jahr gestern
        heute morgens niemals immer vielleicht Köpfe Füße Hände Augen Nacht Licht euch auch
        nicht Kirche Zeitung Schnee Pfeffer Quark""",
    "fr": """je tu nous vous mon votre notre mère père frère sœur ami maison jardin eau pain lait
        pomme livre cinq six sept huit neuf dix beau grand petit jeune fatigué sur sous
        entre voudrais acheter aller parler entendre ouvrir rester cheval oiseau arbre fleur
        lune soleil ciel soir matin semaine année hier demain jamais toujours peut-être main
        yeux nuit lumière bonjour monsieur garçon chanson champ pont feu peur brun un une
        quelque chose gagner agneau bouche bébé papa maman poupée bateau vivre fenêtre""",
    "es": """yo tú nosotros ustedes mi nuestro madre padre hermano hermana amigo casa jardín agua
        pan leche manzana libro cinco seis siete ocho nueve diez bonito grande pequeño joven
        cansado sobre debajo entre quiero comprar ir hablar escuchar abrir quedarse caballo
        pájaro árbol flor luna sol cielo tarde mañana semana año ayer hoy nunca siempre
        quizás mano ojos noche luz buenos días señor niño canción campo puente fuego miedo
        verde boca bebé papá mamá barco vivir ventana perro gato jueves zapato cabeza""",
    "it": """io tu noi voi mio nostro madre padre fratello sorella amico casa giardino acqua pane
        latte mela libro cinque sei sette otto nove dieci bello grande piccolo giovane
        stanco sopra sotto tra vorrei comprare andare parlare sentire aprire restare cavallo
        uccello albero fiore luna sole cielo sera mattina settimana anno ieri oggi domani
        mai sempre forse mano occhi notte luce buongiorno signore ragazzo canzone campo
        ponte fuoco paura verde bocca bambino papà mamma barca vivere finestra cane gatto
        gnocchi famiglia zio""",
    "pl": """ja ty my wy mój nasz matka ojciec brat siostra przyjaciel dom ogród woda chleb mleko
        jabłko książka pięć sześć siedem osiem dziewięć dziesięć piękny duży mały młody
        zmęczony nad pod między chciałbym kupić iść mówić słyszeć otworzyć zostać koń ptak
        drzewo kwiat księżyc słońce niebo wieczór rano tydzień rok wczoraj dzisiaj jutro
        nigdy zawsze może ręka oczy noc światło dzień dobry pan chłopiec piosenka pole most
        ogień strach zielony usta dziecko tata mama łódź żyć okno pies kot""",
    "nl": """ik jij wij jullie mijn ons moeder vader broer zus vriend huis tuin water brood melk
        appel boek vijf zes zeven acht negen tien mooi groot klein jong moe boven onder
        tussen wil kopen gaan spreken horen openen blijven paard vogel boom bloem maan zon
        hemel avond morgen week jaar gisteren vandaag nooit altijd misschien hand ogen nacht
        licht goedendag meneer jongen lied veld brug vuur angst groen mond baby papa mama
        boot leven venster hond kat""",
    "pt-br": """eu você nós meu nosso mãe pai irmão irmã amigo casa jardim água pão leite maçã livro
        cinco seis sete oito nove dez bonito grande pequeno jovem cansado sobre debaixo
        entre quero comprar ir falar ouvir abrir ficar cavalo pássaro árvore flor lua sol
        céu tarde manhã semana ano ontem hoje amanhã nunca sempre talvez mão olhos noite luz
        bom dia senhor menino canção campo ponte fogo medo verde boca bebê papai mamãe barco
        viver janela cachorro gato chuva""",
    "sv": """jag du vi ni min vår mor far bror syster vän hus trädgård vatten bröd mjölk äpple
        bok fem sex sju åtta nio tio vacker stor liten ung trött över under mellan vill köpa
        gå tala höra öppna stanna häst fågel träd blomma måne sol himmel kväll morgon vecka
        år igår idag aldrig alltid kanske hand ögon natt ljus god dag herre pojke sång fält
        bro eld rädsla grön mun barn pappa mamma båt leva fönster hund katt""",
}


def salad(language, sentences, seed):
    """Texts of five to nine words of a language, in no order -> a list."""
    rng = np.random.default_rng([seed, list(WORDS).index(language)])
    words = WORDS[language].split()
    return [" ".join(rng.choice(words, rng.integers(5, 10))) for _ in range(sentences)]
